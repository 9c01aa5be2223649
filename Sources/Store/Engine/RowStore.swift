package import Core

/// The rows behind the engine: one method a statement. Whoever implements it knows SQL and a file,
/// and nothing of what the rows mean. Every write happens between `begin` and `commit`.
package protocol RowStore: OutboundRowStore, BillingRowStore, LogRowStore {
    /// True while the log is too long for new work.
    var isLogOverlong: Bool { get }

    /// Copies what it may of the log, without waiting for anybody. A failure is no harm: the log
    /// still has all of it.
    func relieve()

    func begin() throws(StoreError)
    /// Returns once everything since `begin` is on disk. If it throws, nobody knows whether it is.
    func commit() throws(StoreError)

    /// The end of an orderly stop.
    func close()

    /// Drops whatever is open, repairs the file by the path that a start takes, and reads what the
    /// engine keeps in memory.
    func recover() throws(StoreError) -> StoredState

    /// What the engine keeps in memory, read from rows as they are now.
    func storedState() throws(StoreError) -> StoredState

    // MARK: Names

    func insertTenant(_ row: TenantRow) throws(StoreError)
    func updateTenant(_ row: TenantRow) throws(StoreError)
    func insertQueue(number: Int64, name: String) throws(StoreError)
    func insertLane(number: Int64, tenant: Int64, queue: Int64) throws(StoreError)
    func insertLine(number: Int64, lane: Int64, kind: String) throws(StoreError)
    func insertKey(_ row: KeyRow) throws(StoreError)
    func key(_ id: KeyID) throws(StoreError) -> KeyRow?
    func keys(ofTenant tenant: String?) throws(StoreError) -> [KeyRow]
    func allKeys() throws(StoreError) -> [KeyRow]
    func deleteKey(_ id: KeyID) throws(StoreError)

    // MARK: Jobs in their places

    func insertJob(_ body: JobBody, line: Int64) throws(StoreError)
    func job(_ id: JobID) throws(StoreError) -> JobRow?
    func insertReady(_ row: ReadyRow) throws(StoreError)
    func deleteReady(_ row: ReadyRow) throws(StoreError)
    /// The first jobs of a track, in the order in which they are served.
    func firstReady(line: Int64, track: Track, limit: Int) throws(StoreError) -> [Head]
    /// The jobs of a track that come after this one.
    func ready(
        line: Int64, track: Track, after head: Head?, limit: Int
    ) throws(StoreError) -> [Head]
    /// The track that holds the job at this place in its line, if one does.
    func track(line: Int64, rank: Int64, id: JobID) throws(StoreError) -> Track?
    func insertScheduled(_ row: ScheduledRow) throws(StoreError)
    func deleteScheduled(at time: Timestamp, id: JobID) throws(StoreError)
    func scheduled(at time: Timestamp, id: JobID) throws(StoreError) -> ScheduledRow?
    func dueScheduled(until time: Timestamp, limit: Int) throws(StoreError) -> [ScheduledRow]
    func earliestScheduled() throws(StoreError) -> Timestamp?
    /// Scheduled jobs of a line, in any order.
    func scheduled(ofLine line: Int64, limit: Int) throws(StoreError) -> [ScheduledRow]
    func insertReturned(_ row: ReturnedRow) throws(StoreError)
    func returned(_ id: JobID) throws(StoreError) -> ReturnedRow?
    func deleteReturned(_ id: JobID) throws(StoreError)
    func insertHistory(_ row: HistoryRow) throws(StoreError)
    func history(_ id: JobID) throws(StoreError) -> HistoryRow?
    func insertExpiry(at time: Timestamp, id: JobID) throws(StoreError)
    func deleteExpiry(at time: Timestamp, id: JobID) throws(StoreError)
    func dueExpiries(until time: Timestamp, limit: Int) throws(StoreError) -> [ExpiryRow]
    func earliestExpiry() throws(StoreError) -> Timestamp?

    // MARK: Attempts

    func insertAttempt(_ row: AttemptRow) throws(StoreError)
    func attempt(_ id: AttemptID) throws(StoreError) -> AttemptRow?
    func endAttempt(_ id: AttemptID, _ end: AttemptEnd) throws(StoreError)
    func extendAttempt(
        _ id: AttemptID, until expiresAt: Timestamp, heardAt: Timestamp, ranMilliseconds: Int64
    ) throws(StoreError)
    func requestCancel(_ id: AttemptID, at time: Timestamp) throws(StoreError)

    // MARK: Counting

    /// The counters of a period, of all tenants and metrics.
    func usages(of period: Period) throws(StoreError) -> [UsageRow]
    func usage(_ key: UsageKey) throws(StoreError) -> Usage
    func putUsage(_ row: UsageRow) throws(StoreError)
    func insertLedger(_ row: LedgerRow) throws(StoreError)
    /// The rows of one charge of a job, which follow each other, folded or not.
    func charge(from id: LedgerID, of job: JobID) throws(StoreError) -> [LedgerRow]
    /// The rows of the ledger that come after this one.
    func ledger(after id: LedgerID, limit: Int) throws(StoreError) -> [LedgerRow]
    func deleteLedger(_ row: LedgerRow) throws(StoreError)
    func fold(_ key: UsageKey, _ source: ChargeSource) throws(StoreError) -> FoldRow?
    func putFold(_ row: FoldRow) throws(StoreError)
    /// Keeps a folded charge where `charge` finds it.
    func insertFoldedCharge(_ row: LedgerRow, of job: JobID) throws(StoreError)
    /// Folded rows have taken this much from the grant.
    func foldGrant(_ id: GrantID, by amount: Int64) throws(StoreError)
    func putLedgerFolded(_ id: LedgerID) throws(StoreError)
    func putDay(_ day: Day) throws(StoreError)
    /// True if the threshold had not been crossed before.
    func insertAlert(_ row: AlertRow) throws(StoreError) -> Bool
    func hasUsageEvent(tenant: Int64, id: String) throws(StoreError) -> Bool
    /// True if no event of this tenant had this id before.
    func insertUsageEvent(
        tenant: Int64, id: String, metric: Int64, amount: Int64, at: Timestamp
    ) throws(StoreError) -> Bool
    func deleteUsageEvent(tenant: Int64, id: String) throws(StoreError)

    // MARK: Terms

    func putEnforcement(_ enforcement: Enforcement) throws(StoreError)
    func insertMetric(number: Int64, name: String) throws(StoreError)
    /// This version of the plan is on offer from now on, and no other of it.
    func offerPlan(_ row: PlanRow) throws(StoreError)
    /// No version of the plan is on offer any longer.
    func endOffer(of plan: String) throws(StoreError)
    func insertMove(_ move: PlanMove, number: Int64) throws(StoreError)
    func deleteMove(number: Int64) throws(StoreError)
    func putOverride(
        _ override: Override, metric: Int64, tenant: Int64
    ) throws(StoreError)
    func deleteOverride(metric: Int64, tenant: Int64) throws(StoreError)
    func insertGrant(_ grant: Grant, metric: Int64, tenant: Int64) throws(StoreError)
    func updateGrant(_ grant: Grant) throws(StoreError)
    func grant(_ id: GrantID, tenant: Int64) throws(StoreError) -> Grant?
    func grant(source: String, tenant: Int64) throws(StoreError) -> Grant?
    func insertDeadline(_ row: DeadlineRow) throws(StoreError)
    func deleteDeadline(_ row: DeadlineRow) throws(StoreError)
    /// In the order of time, tenant, event and subject.
    func dueDeadlines(until time: Timestamp, limit: Int) throws(StoreError) -> [DeadlineRow]
    func earliestDeadline() throws(StoreError) -> Timestamp?

    // MARK: Replays and indexes

    func replay(scope: String, key: String) throws(StoreError) -> ReplayRow?
    func insertReplay(_ row: ReplayRow) throws(StoreError)
    /// Forgets replays from before `time`; returns how many, at most `limit`.
    func pruneReplays(before time: Timestamp, limit: Int) throws(StoreError) -> Int
    /// Copies up to `limit` keys of jobs, and as many of the ledger, into the by-tenant indexes;
    /// returns how many of both. `tenant` knows whose a line is, nil of one that is not there.
    func extendIndexes(
        limit: Int, tenantOfLine tenant: (Int64) -> Int64?
    ) throws(StoreError) -> Int
}
