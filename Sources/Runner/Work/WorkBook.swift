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
    /// over its concurrency.
    package mutating func wanted() -> WorkPull? {
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
        if kinds.count > Limits.pullKindsMax {
            // More than one question may name: they take turns.
            let start = turn % kinds.count
            kinds = Array((kinds[start...] + kinds[..<start]).prefix(Limits.pullKindsMax)).sorted()
            turn += Limits.pullKindsMax
        }
        guard !kinds.isEmpty else { return nil }
        for name in kinds {
            guard let concurrency = catalog.kinds[name]?.settings.concurrency else { continue }
            most = min(most, concurrency - running[name, default: 0])
        }
        let named = queues.isEmpty ? catalog.queues : queues
        return WorkPull(
            kinds: kinds, queues: Array(named.prefix(Limits.pullQueuesMax)), jobsMax: most)
    }

    /// True if a question that is waiting should be asked anew: it names a kind that is gone, or
    /// lacks one that has room.
    package func isOutdated(_ asked: WorkPull, by wanted: WorkPull?) -> Bool {
        guard let wanted else { return !asked.kinds.allSatisfy { catalog.kinds[$0] != nil } }
        if asked.queues != wanted.queues { return true }
        // Kinds that take turns are asked for by turns.
        if asked.kinds.count == Limits.pullKindsMax { return false }
        return asked.kinds != wanted.kinds
    }
}
