import Core
import Store

extension ModelStore {
    /// The jobs of a lane that are first of their line and track, where the gate lets them pass.
    /// What can never be admitted stands in nobody's way.
    func heads(_ lane: ModelLane) -> [ModelJob] {
        let ready = jobs.living(lane.tenant, in: lane.queue).filter { $0.place == .ready }
        guard !ready.isEmpty, let tenant = tenant(lane.tenant) else { return [] }
        let gate = gate(tenant)
        let plan = gate.terms.plan
        let fit = ready.filter { $0.isCharged || cost($0, plan) <= gate.jobs.capacity }
        let tracks = Dictionary(grouping: fit) { Track(isCharged: $0.isCharged, kind: $0.kind) }
        return tracks.values.compactMap { track in
            track.min { ($0.rank, $0.body.id) < ($1.rank, $1.body.id) }
        }.filter { Gate.admits(request($0, plan), for: gate, catalog: catalog) }
    }

    private struct Track: Hashable {
        let isCharged: Bool
        let kind: String
    }

    /// Looks at every lane, or those of a tenant: one that has work again takes its turn no earlier
    /// than now.
    func refreshLanes(of tenant: String? = nil) {
        for index in lanes.indices where tenant.map({ lanes[index].tenant == $0 }) ?? true {
            let lane = lanes[index]
            let isRunnable = !heads(lane).isEmpty
            if isRunnable, !lane.isRunnable {
                lanes[index].virtualTime = max(
                    lane.virtualTime, queueTimes[lane.queue] ?? 0)
            }
            lanes[index].isRunnable = isRunnable
        }
    }
}
