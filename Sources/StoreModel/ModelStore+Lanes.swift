import Core
import Store

extension ModelStore {
    /// The jobs of a lane that are first of their line and track, where the gate lets them pass.
    /// What can never be admitted stands in nobody's way. Only these kinds, if any are named.
    func heads(_ lane: ModelLane, kinds: [String]? = nil) -> [JobShelf.Box] {
        heads(lane, kinds: kinds) { id in tenant(id).map { gate($0) } }
    }

    private func heads(
        _ lane: ModelLane, kinds: [String]?, gate: (String) -> Gate.Tenant?
    ) -> [JobShelf.Box] {
        let ready = jobs.living(lane.tenant, in: lane.queue).filter {
            $0.job.place == .ready && kinds?.contains($0.job.kind) ?? true
        }
        guard !ready.isEmpty, let gate = gate(lane.tenant) else { return [] }
        let plan = gate.terms.plan
        // A lane has few tracks: to look through them is cheaper than a table of them.
        var firsts: [JobShelf.Box] = []
        for box in ready
        where box.job.isCharged || cost(box.job, plan) <= gate.jobs.capacity {
            let index = firsts.firstIndex {
                $0.job.isCharged == box.job.isCharged && $0.job.kind == box.job.kind
            }
            guard let index else {
                firsts.append(box)
                continue
            }
            if box.precedes(firsts[index]) { firsts[index] = box }
        }
        return firsts.filter { Gate.admits(request($0.job, plan), for: gate) }
    }

    /// Looks at every lane, or those of a tenant: one that has work again takes its turn no earlier
    /// than now.
    func refreshLanes(of tenant: String? = nil) {
        // Lanes change nothing that a gate is made of.
        var gates: [String: Gate.Tenant] = [:]
        for index in lanes.indices where tenant.map({ lanes[index].tenant == $0 }) ?? true {
            let lane = lanes[index]
            let heads = heads(lane, kinds: nil) { id in
                if let known = gates[id] { return known }
                gates[id] = self.tenant(id).map { gate($0) }
                return gates[id]
            }
            let runnable = Set(heads.map(\.job.kind))
            if lane.runnable.isEmpty, !runnable.isEmpty {
                lanes[index].virtualTime = max(
                    lane.virtualTime, times[lane.queue]?.now ?? 0)
            }
            for kind in runnable where !lane.runnable.contains(kind) {
                lanes[index].kindTimes[kind] = max(
                    lane.kindTimes[kind] ?? 0, times[lane.queue]?.kinds[kind] ?? 0)
            }
            lanes[index].runnable = runnable
        }
    }
}
