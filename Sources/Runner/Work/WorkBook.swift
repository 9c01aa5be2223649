import Core
package import Programs

/// Which work a runner has room for: pure arithmetic of what runs.
package struct WorkBook: Sendable {
    package var catalog = KindCatalog()
    private let slots: Int
    /// Queues that were asked for; else those that the kinds name.
    private let queues: [String]
    private var running: [String: Int] = [:]
    private var total = 0
    private var turn = 0

    /// Room for `slots` programs at once.
    package init(slots: Int, queues: [String] = []) {
        precondition(slots > 0, "a runner without slots runs nothing")
        self.slots = slots
        self.queues = queues
    }

    /// How many run.
    package var runningCount: Int { total }

    /// A job of this kind begins.
    package mutating func began(_ kind: String) {
        total += 1
        running[kind, default: 0] += 1
    }

    /// A job of this kind has ended.
    package mutating func ended(_ kind: String) {
        precondition(running[kind, default: 0] > 0, "a job of kind \(kind) ended that never began")
        total -= 1
        running[kind, default: 0] -= 1
        if running[kind] == 0 { running[kind] = nil }
    }

    /// What to ask for; nil if there is no room, or no kind.
    ///
    /// It asks for no more than each of the kinds has room for: whatever mix of them comes, none is
    /// over its concurrency. The same is wanted until it was `asked`.
    package func wanted() -> WorkPull? {
        var most = min(slots - total, Limits.pullJobsMax)
        guard most > 0 else { return nil }
        var kinds: [String] = []
        for name in catalog.names {
            guard let kind = catalog.kinds[name] else { continue }
            if let concurrency = kind.settings.concurrency {
                let room = concurrency - running[name, default: 0]
                guard room > 0 else { continue }
            }
            kinds.append(name)
        }
        let takesTurns = kinds.count > Limits.pullKindsMax
        if takesTurns {
            let start = turn % kinds.count
            kinds = Array((kinds[start...] + kinds[..<start]).prefix(Limits.pullKindsMax)).sorted()
        }
        guard !kinds.isEmpty else { return nil }
        for name in kinds {
            guard let concurrency = catalog.kinds[name]?.settings.concurrency else { continue }
            most = min(most, concurrency - running[name, default: 0])
        }
        return WorkPull(
            kinds: kinds, queues: queues(of: kinds), jobsMax: most, takesTurns: takesTurns)
    }

    /// A question was asked: where not all kinds have room in one, it is the turn of others.
    package mutating func asked(_ pull: WorkPull) {
        turn = (turn + pull.kinds.count) % max(1, catalog.kinds.count)
    }

    /// Where the kinds name more queues than one question may, those of the kinds in it.
    private func queues(of kinds: [String]) -> [String] {
        guard queues.isEmpty else { return Array(queues.prefix(Limits.pullQueuesMax)) }
        let named = catalog.queues
        guard named.count > Limits.pullQueuesMax else { return named }
        return Set(kinds.map { catalog.kinds[$0]?.settings.queue ?? "default" }).sorted()
    }

    /// True if a question that is waiting should be asked anew: it names a kind that is gone, or
    /// lacks one that has room.
    package func isOutdated(_ asked: WorkPull, by wanted: WorkPull?) -> Bool {
        guard let wanted else { return !asked.kinds.allSatisfy { catalog.kinds[$0] != nil } }
        // It ends by itself soon.
        if asked.takesTurns { return false }
        return wanted.takesTurns || asked.queues != wanted.queues || asked.kinds != wanted.kinds
    }
}
