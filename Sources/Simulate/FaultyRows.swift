import Core
import Store

/// Rows that fail when they are told to: in the middle of a batch, before its commit, or after it.
/// What they fail with is no different from what a disk says.
final class FaultyRows: RowStore {
    let rows: any RowStore
    /// Where the next batch fails; nil lets all pass.
    private(set) var fault: Fault?
    private var writes = 0
    /// The faults that were met.
    private(set) var struck = Coverage()

    /// Where a batch fails.
    enum Fault: Equatable {
        /// At its n-th write; a batch with fewer does not fail.
        case atWrite(Int)
        /// At the commit, which is not on disk.
        case beforeCommit
        /// At the commit, which is on disk though nobody says so.
        case afterCommit
    }

    init(_ rows: any RowStore) { self.rows = rows }

    /// The next batch with something to write fails so.
    func failNext(_ fault: Fault?) { self.fault = fault }

    func step() throws(StoreError) {
        writes += 1
        if case .atWrite(let number) = fault, number <= writes { try fail() }
    }

    private func fail() throws(StoreError) {
        switch fault {
        case .atWrite: struck.note(.failedAtWrite)
        case .beforeCommit: struck.note(.failedBeforeCommit)
        case .afterCommit: struck.note(.failedAfterCommit)
        case nil: break
        }
        fault = nil
        throw StoreError(.inputOutput, "a fault of the simulated disk")
    }

    var isLogOverlong: Bool { rows.isLogOverlong }

    func relieve() { rows.relieve() }

    func begin() throws(StoreError) {
        writes = 0
        try rows.begin()
    }

    func commit() throws(StoreError) {
        guard writes > 0 else { return try rows.commit() }
        if fault == .beforeCommit { try fail() }
        try rows.commit()
        if fault == .afterCommit { try fail() }
    }

    func close() { rows.close() }

    func recover() throws(StoreError) -> StoredState { try rows.recover() }

    func storedState() throws(StoreError) -> StoredState { try rows.storedState() }

    // MARK: Every other row goes through

    func insertTenant(_ row: TenantRow) throws(StoreError) {
        try step()
        try rows.insertTenant(row)
    }

    func updateTenant(_ row: TenantRow) throws(StoreError) {
        try step()
        try rows.updateTenant(row)
    }

    func insertQueue(number: Int64, name: String) throws(StoreError) {
        try step()
        try rows.insertQueue(number: number, name: name)
    }

    func insertLane(number: Int64, tenant: Int64, queue: Int64) throws(StoreError) {
        try step()
        try rows.insertLane(number: number, tenant: tenant, queue: queue)
    }

    func insertLine(number: Int64, lane: Int64, kind: String) throws(StoreError) {
        try step()
        try rows.insertLine(number: number, lane: lane, kind: kind)
    }

    func insertKey(_ row: KeyRow) throws(StoreError) {
        try step()
        try rows.insertKey(row)
    }

    func key(_ id: KeyID) throws(StoreError) -> KeyRow? {
        try rows.key(id)
    }

    func keys(ofTenant tenant: String?) throws(StoreError) -> [KeyRow] {
        try rows.keys(ofTenant: tenant)
    }

    func allKeys() throws(StoreError) -> [KeyRow] {
        try rows.allKeys()
    }

    func deleteKey(_ id: KeyID) throws(StoreError) {
        try step()
        try rows.deleteKey(id)
    }

    func insertJob(_ body: JobBody, line: Int64) throws(StoreError) {
        try step()
        try rows.insertJob(body, line: line)
    }

    func job(_ id: JobID) throws(StoreError) -> JobRow? {
        try rows.job(id)
    }

    func insertReady(_ row: ReadyRow) throws(StoreError) {
        try step()
        try rows.insertReady(row)
    }

    func deleteReady(_ row: ReadyRow) throws(StoreError) {
        try step()
        try rows.deleteReady(row)
    }

    func firstReady(line: Int64, track: Track, limit: Int) throws(StoreError) -> [Head] {
        try rows.firstReady(line: line, track: track, limit: limit)
    }

    func track(line: Int64, rank: Int64, id: JobID) throws(StoreError) -> Track? {
        try rows.track(line: line, rank: rank, id: id)
    }

    func insertScheduled(_ row: ScheduledRow) throws(StoreError) {
        try step()
        try rows.insertScheduled(row)
    }

    func deleteScheduled(at time: Timestamp, id: JobID) throws(StoreError) {
        try step()
        try rows.deleteScheduled(at: time, id: id)
    }

    func scheduled(at time: Timestamp, id: JobID) throws(StoreError) -> ScheduledRow? {
        try rows.scheduled(at: time, id: id)
    }

    func dueScheduled(until time: Timestamp, limit: Int) throws(StoreError) -> [ScheduledRow] {
        try rows.dueScheduled(until: time, limit: limit)
    }

    func earliestScheduled() throws(StoreError) -> Timestamp? {
        try rows.earliestScheduled()
    }

    func scheduled(ofLine line: Int64, limit: Int) throws(StoreError) -> [ScheduledRow] {
        try rows.scheduled(ofLine: line, limit: limit)
    }

    func ready(
        line: Int64, track: Track, after head: Head?, limit: Int
    ) throws(StoreError) -> [Head] {
        try rows.ready(line: line, track: track, after: head, limit: limit)
    }

    func insertReturned(_ row: ReturnedRow) throws(StoreError) {
        try step()
        try rows.insertReturned(row)
    }

    func returned(_ id: JobID) throws(StoreError) -> ReturnedRow? {
        try rows.returned(id)
    }

    func deleteReturned(_ id: JobID) throws(StoreError) {
        try step()
        try rows.deleteReturned(id)
    }

    func insertHistory(_ row: HistoryRow) throws(StoreError) {
        try step()
        try rows.insertHistory(row)
    }

    func history(_ id: JobID) throws(StoreError) -> HistoryRow? {
        try rows.history(id)
    }

    func insertExpiry(at time: Timestamp, id: JobID) throws(StoreError) {
        try step()
        try rows.insertExpiry(at: time, id: id)
    }

    func deleteExpiry(at time: Timestamp, id: JobID) throws(StoreError) {
        try step()
        try rows.deleteExpiry(at: time, id: id)
    }

    func dueExpiries(until time: Timestamp, limit: Int) throws(StoreError) -> [ExpiryRow] {
        try rows.dueExpiries(until: time, limit: limit)
    }

    func earliestExpiry() throws(StoreError) -> Timestamp? {
        try rows.earliestExpiry()
    }

    func insertAttempt(_ row: AttemptRow) throws(StoreError) {
        try step()
        try rows.insertAttempt(row)
    }

    func attempt(_ id: AttemptID) throws(StoreError) -> AttemptRow? {
        try rows.attempt(id)
    }

    func endAttempt(_ id: AttemptID, _ end: AttemptEnd) throws(StoreError) {
        try step()
        try rows.endAttempt(id, end)
    }

    func extendAttempt(
        _ id: AttemptID, until expiresAt: Timestamp, heardAt: Timestamp, ranMilliseconds: Int64
    ) throws(StoreError) {
        try step()
        try rows.extendAttempt(
            id, until: expiresAt, heardAt: heardAt, ranMilliseconds: ranMilliseconds)
    }

    func putProgress(_ row: ProgressRow) throws(StoreError) {
        try step()
        try rows.putProgress(row)
    }

    func progress(of job: JobID) throws(StoreError) -> ProgressRow? {
        try rows.progress(of: job)
    }

    func insertLog(_ row: LogRow) throws(StoreError) {
        try step()
        try rows.insertLog(row)
    }

    func logTail(of job: JobID) throws(StoreError) -> LogTail? { try rows.logTail(of: job) }

    func putBoot(_ boot: Int64) throws(StoreError) {
        try step()
        try rows.putBoot(boot)
    }

    func requestCancel(_ id: AttemptID, at time: Timestamp) throws(StoreError) {
        try step()
        try rows.requestCancel(id, at: time)
    }

    func replay(scope: String, key: String) throws(StoreError) -> ReplayRow? {
        try rows.replay(scope: scope, key: key)
    }

    func insertReplay(_ row: ReplayRow) throws(StoreError) {
        try step()
        try rows.insertReplay(row)
    }

    func pruneReplays(before time: Timestamp, limit: Int) throws(StoreError) -> Int {
        try step()
        return try rows.pruneReplays(before: time, limit: limit)
    }

    func extendIndexes(
        limit: Int, tenantOfLine tenant: (Int64) -> Int64?
    ) throws(StoreError) -> Int {
        try step()
        return try rows.extendIndexes(limit: limit, tenantOfLine: tenant)
    }
}
