import Core
import Store

extension ModelStore {
    /// The jobs of a lane that are first of their line and track, where the gate lets them pass.
    /// What can never be admitted stands in nobody's way. Only these kinds, if any are named.
    func heads(_ lane: ModelLane, kinds: [String]? = nil) -> [ModelJob] {
        heads(lane, kinds: kinds) { id in tenant(id).map { gate($0) } }
    }

    private func heads(
        _ lane: ModelLane, kinds: [String]?, gate: (String) -> Gate.Tenant?
    ) -> [ModelJob] {
        let ready = jobs.living(lane.tenant, in: lane.queue).filter {
            $0.job.place == .ready && kinds?.contains($0.job.kind) ?? true
        }
        guard !ready.isEmpty, let gate = gate(lane.tenant) else { return [] }
        let plan = gate.terms.plan
        let fit = ready.filter { $0.job.isCharged || cost($0.job, plan) <= gate.jobs.capacity }
        let tracks = Dictionary(grouping: fit) {
            Track(isCharged: $0.job.isCharged, kind: $0.job.kind)
        }
        return tracks.values.compactMap { track in
            track.min { ($0.job.rank, $0.job.body.id) < ($1.job.rank, $1.job.body.id) }?.job
        }.filter { Gate.admits(request($0, plan), for: gate, catalog: catalog) }
    }

    private struct Track: Hashable {
        let isCharged: Bool
        let kind: String
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
            let isRunnable = !heads.isEmpty
            if isRunnable, !lane.isRunnable {
                lanes[index].virtualTime = max(
                    lane.virtualTime, queueTimes[lane.queue] ?? 0)
            }
            lanes[index].isRunnable = isRunnable
        }
    }
}
