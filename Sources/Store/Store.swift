package import Core

/// The durable state of the queue behind one writer. A store belongs to one thread; it is handed
/// batches and gives back what each command's answer is, after they are on disk.
package protocol Store: AnyObject {
    /// Applies a batch in one transaction, serves the tickets that it woke, does a slice of chores
    /// and commits. If it throws, nobody of the batch may be told that anything was done, and
    /// `recover` comes next. `lateMilliseconds` is how long after it was due the batch starts: a
    /// server that was held up does not blame its workers for their silence. No lease ends that
    /// was open at `heartbeatsWaitSince`, in steady milliseconds: heartbeats that the batch had no
    /// room for have stood in line since then.
    func apply(
        _ batch: [Envelope], at now: Moment, lateMilliseconds: Int64, heartbeatsWaitSince: Int64?
    ) throws(StoreError) -> BatchOutcome

    /// When the store next has something to do by itself, in steady milliseconds; nil is never.
    func nextDeadlineSteadyMilliseconds(at now: Moment) -> Int64?

    /// The day that charges belong to.
    var day: Day { get }

    /// The plans that there are.
    var catalog: PlanCatalog { get }

    /// How far limits are enforced.
    var enforcement: Enforcement { get }

    /// True while the store must rest before it takes new work: its log has grown too long.
    var isOverloaded: Bool { get }

    /// Tries to shorten the log, without waiting for anybody.
    func relieve()

    /// What those who keep a copy need to know, as it is on disk.
    func opening() throws(StoreError) -> StoreOpening

    /// The end of an orderly stop.
    func close()

    /// Starts over from what is on disk. Parked tickets are forgotten.
    func recover(at now: Moment) throws(StoreError)
}

extension Store {
    /// Applies a batch that had room for every heartbeat.
    package func apply(
        _ batch: [Envelope], at now: Moment, lateMilliseconds: Int64
    ) throws(StoreError) -> BatchOutcome {
        try apply(
            batch, at: now, lateMilliseconds: lateMilliseconds, heartbeatsWaitSince: nil)
    }
}

/// Reads beside the writer, from snapshots.
package protocol StoreReader: AnyObject {
    /// Runs one query on a snapshot of its own.
    func run(_ envelope: QueryEnvelope) throws(StoreError) -> QueryResult
}

/// What a store that is open tells those who keep a copy of it.
package struct StoreOpening: Sendable {
    /// The day that charges belong to.
    package let day: Day
    package let catalog: PlanCatalog
    package let enforcement: Enforcement
    /// Every key.
    package var keys: [DirectoryEntry]

    /// A store with these plans and keys, on this day.
    package init(
        day: Day, catalog: PlanCatalog, enforcement: Enforcement, keys: [DirectoryEntry]
    ) {
        self.day = day
        self.catalog = catalog
        self.enforcement = enforcement
        self.keys = keys
    }
}

/// What a batch brought.
package struct BatchOutcome: Sendable {
    /// Grows by one with each batch of this process.
    package var commit: UInt64
    package var answers: [Answer]
    /// Jobs that ended, so that whoever waits for one can be told.
    package var endedJobs: [JobID]
    /// Jobs whose logs have grown, so that whoever follows one can be told.
    package var loggedJobs: [JobID] = []
    /// Leases of this server's own runner whose jobs are to be canceled, so that it can be told.
    package var canceledLeases: [LeaseToken] = []
    package var directoryChanges: [DirectoryChange]
    /// Calls to tenants' endpoints that are to be made now.
    package var deliveries: [DeliveryOrder] = []
    /// The day that charges belong to.
    package var day: Day
    /// The plans, where this batch changed them.
    package var catalog: PlanCatalog?
    /// How far limits are enforced, where this batch changed it.
    package var enforcement: Enforcement?
    /// What the provider is to be asked.
    package var inquiries: [ProviderInquiry] = []
    /// What an operator has to know of subscriptions.
    package var alarms: [OperatorAlarm] = []
    /// True if work that is due was left for the next batch.
    package var hasMore: Bool

    /// The outcome of commit number `commit`, to be filled in.
    package init(commit: UInt64, day: Day) {
        self.commit = commit
        self.day = day
        answers = []
        endedJobs = []
        directoryChanges = []
        hasMore = false
    }
}

/// Why a store could not do its work.
package struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of fault it is.
    package enum Kind: Hashable, Sendable {
        case diskFull
        case inputOutput
        case corrupt
        /// Another process has the file.
        case locked
        /// The file is of a newer version of this program, or none of ours.
        case unfit
        /// A mistake of ours: SQL that does not fit its table, a constraint broken.
        case misuse
    }

    package let kind: Kind
    /// What happened, with the code and the statement.
    package let message: String

    /// A fault with its sentence.
    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    package var description: String { message }
}
