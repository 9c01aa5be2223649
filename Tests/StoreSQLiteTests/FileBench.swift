import Core
import Glibc
import Plans
import Store
import StoreSQLite

/// A store in a file of its own, with a clock that tests move.
final class FileBench {
    let folder: String
    let files: StoreFiles
    let rows: SQLiteRows
    let engine: Engine
    let reader: SQLiteReader
    private(set) var now: Moment
    private var lastID: UInt64 = 0

    init(
        folder: String? = nil, plans: [PlanDraft] = .standard,
        framesMax: Int = StoreFiles.framesMaxDefault, limits: BatchLimits = BatchLimits(),
        billing: BillingConditions = BillingConditions()
    ) throws {
        self.folder = folder ?? FileBench.makeFolder()
        now = Moment(
            wall: Timestamp(milliseconds: 1_795_262_400_000), steadyMilliseconds: 1_000_000)
        files = StoreFiles(folder: self.folder, framesMax: framesMax)
        rows = SQLiteRows(files: files)
        engine = try Engine(
            rows: rows, plans: plans, random: Random(seed: 1), secrets: Random(seed: 2),
            limits: limits, billing: billing, at: now)
        reader = SQLiteReader(files: files)
    }

    static func makeFolder() -> String {
        // Several benches share a folder, so nobody removes it: `./scripts/test` names one for all.
        let parent = getenv("WEIR_STORE_FOLDER").map { String(cString: $0) } ?? "/tmp"
        let folder = "\(parent)/weir-test-\(getpid())-\(UInt64.random(in: 0...(.max)))"
        guard mkdir(folder, 0o700) == 0 else {
            preconditionFailure("no temporary folder \(folder)")
        }
        return folder
    }

    /// Only the wall clock moves.
    func jump(milliseconds: Int64) {
        now = Moment(
            wall: now.wall.adding(milliseconds), steadyMilliseconds: now.steadyMilliseconds)
    }

    /// One command under an idempotency key.
    func run(_ command: Command, key: String) throws {
        lastID += 1
        let idempotency = Idempotency(
            scope: "acme", key: key, fingerprint: Array(repeating: 1, count: 32))
        let envelope = Envelope(
            id: EnvelopeID(rawValue: lastID), command: command, idempotency: idempotency)
        _ = try engine.apply([envelope], at: now, lateMilliseconds: 0)
    }

    func advance(milliseconds: Int64) { now = now.advanced(by: milliseconds) }

    @discardableResult
    func run(_ commands: Command...) throws -> [Reply] {
        let batch = commands.map { command in
            lastID += 1
            return Envelope(id: EnvelopeID(rawValue: lastID), command: command)
        }
        let outcome = try engine.apply(batch, at: now, lateMilliseconds: 0)
        return batch.compactMap { envelope in
            outcome.answers.first { $0.id == envelope.id }?.reply
        }
    }

    func query(_ query: Query) throws -> Rows {
        lastID += 1
        return try reader.run(
            QueryEnvelope(
                id: EnvelopeID(rawValue: lastID), query: query, now: now, of: engine)
        ).rows
    }

    func submit(_ tenant: String, count: Int, kind: String = "work") throws -> [JobView] {
        let spec = JobSpec(kind: kind)
        let reply = try run(
            .enqueue(Enqueue(tenant: tenant, jobs: Array(repeating: spec, count: count))))
        guard case .enqueued(let outcomes, _) = reply[0] else { return [] }
        return outcomes.compactMap { outcome in
            if case .job(let view) = outcome { return view }
            return nil
        }
    }

    func pull(max: Int) throws -> [LeasedJob] {
        guard case .leased(let jobs) = try run(.pull(Pull(jobsMax: max)))[0] else { return [] }
        return jobs
    }
}
