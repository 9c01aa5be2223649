import Core
import Store

/// One of the stores with what it said.
struct WalkSide {
    let subject: StoreUnderTest
    /// Every lease it gave out, in order.
    var tokens: [LeaseToken] = []
    var answers: [EnvelopeID: Answer] = [:]
    var endedJobs: [JobID] = []
    var changes: [DirectoryChange] = []

    /// Applies a batch, and then empty ones until nothing that is due is left.
    mutating func apply(
        _ batch: [Envelope], at now: Moment, lateMilliseconds: Int64
    ) throws {
        answers = [:]
        endedJobs = []
        changes = []
        var batch = batch
        var late = lateMilliseconds
        while true {
            let outcome = try subject.store.apply(batch, at: now, lateMilliseconds: late)
            for answer in outcome.answers { answers[answer.id] = answer }
            endedJobs += outcome.endedJobs
            changes += outcome.directoryChanges
            guard outcome.hasMore else { break }
            batch = []
            late = 0
        }
        for answer in answers.values.sorted(by: { $0.id < $1.id }) {
            guard case .leased(let jobs) = answer.reply else { continue }
            tokens += jobs.map(\.token)
        }
    }

    /// What the last batch brought, line by line.
    var lines: [String] {
        answers.values.sorted { $0.id < $1.id }.map { "\($0.id.rawValue): \(Trace.text($0))" }
            + ["ended \(endedJobs.sorted().map(\.description))"]
            + changes.map(Trace.text).sorted() + ["period \(subject.store.period)"]
    }
}
