import Core
import Store

extension ModelStore {
    /// The jobs of a lane that are first of their line and track, where the gate lets them pass.
    /// What can never be admitted stands in nobody's way. Only these kinds, if any are named.
    func heads(_ lane: ModelLane, kinds: [String]?) -> [JobShelf.Box] {
        let ready = jobs.living(lane.tenant, in: lane.queue).filter {
            $0.job.place == .ready && kinds?.contains($0.job.kind) ?? true
        }
        guard !ready.isEmpty, let gate = tenant(lane.tenant).map({ gate($0) }) else { return [] }
        let plan = gate.terms.plan
        // A lane has few tracks: to look through them is cheaper than a table of them.
        var firsts: [JobShelf.Box] = []
        for box in ready
        where box.job.isCharged || cost(box.job, plan) <= gate.capacity {
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
}
