import API
import Core
import Store

/// Which work workers have asked for lately. What is asked for again and again is one entry, and a
/// pull costs one look into a table, however much it names.
struct AskedWork {
    /// When a question like this one came last, in real steady milliseconds.
    private var lastAt: [Question: Int64] = [:]
    private var startedAt: Int64?
    /// Until then what was asked for may have been forgotten.
    private var unsureUntil = Int64.min

    /// What a pull names.
    private struct Question: Hashable {
        let queues: [String]
        let kinds: [String]?
        let tenants: [String]?

        func covers(_ sought: WorkSought) -> Bool {
            queues.contains(sought.queue) && kinds?.contains(sought.kind) ?? true
                && tenants?.contains(sought.tenant) ?? true
        }
    }

    /// The server serves.
    mutating func began(at now: Int64) { startedAt = startedAt ?? now }

    /// A worker asks.
    mutating func asked(_ pull: Pull, at now: Int64) {
        let question = Question(queues: pull.queues, kinds: pull.kinds, tenants: pull.tenants)
        if lastAt[question] == nil, lastAt.count >= Limits.askedQuestionsMax { forget(at: now) }
        lastAt[question] = now
    }

    /// How long ago such work was asked for, if it was lately; else for how long it was not.
    func silence(of sought: WorkSought, at now: Int64) -> (wasAsked: Bool, milliseconds: Int64) {
        let most = Limits.workforceMilliseconds
        if now < unsureUntil { return (true, 0) }
        let wasAsked = lastAt.contains { now - $0.value < most && $0.key.covers(sought) }
        return (wasAsked, min(most, now - (startedAt ?? now)))
    }

    /// What was not asked for lately goes; where that is not enough, what was asked for first.
    private mutating func forget(at now: Int64) {
        let most = Limits.workforceMilliseconds
        lastAt = lastAt.filter { now - $0.value < most }
        guard lastAt.count >= Limits.askedQuestionsMax else { return }
        unsureUntil = now + most
        let times = lastAt.values.sorted()
        let middle = times[times.count / 2]
        lastAt = lastAt.filter { $0.value > middle }
    }
}
