import Core
import Glibc
import Plans
import Store
import StoreModel
import StoreSQLite

/// The real store and the model, side by side: the same batches at the same moments.
final class LockStep {
    let model: ModelStore
    private(set) var engine: Engine
    private let folder: StoreFolder
    private let files: StoreFiles
    private let reader: SQLiteReader
    private(set) var now: Moment
    private var lastID: UInt64 = 0
    /// The first difference, as a sentence.
    private(set) var difference: String?

    init(plans: [PlanDraft], seed: UInt64) throws {
        let folder = StoreFolder()
        now = Moment(
            wall: Timestamp(milliseconds: 1_795_262_400_000), steadyMilliseconds: 5_000_000)
        self.folder = folder
        let files = StoreFiles(folder: folder.path)
        self.files = files
        engine = try Engine(
            rows: SQLiteRows(files: files), plans: plans, random: Random(seed: seed),
            secrets: Random(seed: seed &+ 1), at: now)
        reader = SQLiteReader(files: files)
        model = ModelStore(
            plans: plans, random: Random(seed: seed), secrets: Random(seed: seed &+ 1),
            at: now)
    }

    func advance(milliseconds: Int64) { now = now.advanced(by: milliseconds) }

    /// The wall clock jumps; the steady one does not.
    func jump(milliseconds: Int64) {
        now = Moment(
            wall: now.wall.adding(milliseconds), steadyMilliseconds: now.steadyMilliseconds)
    }

    func restart() throws {
        try engine.recover(at: now)
        model.recover(at: now)
    }

    /// The process dies, and another begins.
    func beginProcess() throws {
        engine.close()
        engine = try Engine(
            rows: SQLiteRows(files: files), plans: nil, random: engine.random,
            secrets: engine.secrets, at: now)
        model.beginProcess(at: now)
    }

    func envelope(_ command: Command, _ idempotency: Idempotency? = nil) -> Envelope {
        lastID += 1
        return Envelope(
            id: EnvelopeID(rawValue: lastID), command: command, idempotency: idempotency)
    }

    /// Applies a batch to both, with what it leaves due, and returns the answers.
    func apply(_ batch: [Envelope], late: Int64 = 0) throws -> [Answer] {
        var real = try engine.apply(batch, at: now, lateMilliseconds: late)
        var plain = model.apply(
            batch, at: now, lateMilliseconds: late, heartbeatsWaitSince: nil)
        while real.hasMore {
            let more = try engine.apply([], at: now, lateMilliseconds: 0)
            real.answers += more.answers
            real.endedJobs += more.endedJobs
            real.directoryChanges += more.directoryChanges
            real.hasMore = more.hasMore
            let plainMore = model.apply(
                [], at: now, lateMilliseconds: 0, heartbeatsWaitSince: nil)
            plain.answers += plainMore.answers
            plain.endedJobs += plainMore.endedJobs
        }
        if let fault = model.fold(through: engine.ledgerFolded) { note(fault) }
        compare("the answers", real.answers.map(text).sorted(), plain.answers.map(text).sorted())
        compare(
            "the jobs that ended", real.endedJobs.map(\.description).sorted(),
            plain.endedJobs.map(\.description).sorted())
        compare(
            "the keys that changed", real.directoryChanges.map { "\($0)" },
            plain.directoryChanges.map { "\($0)" })
        compare("the day", ["\(real.day)"], ["\(plain.day)"])
        if let fault = try engine.memoryFault() {
            note("memory is not what the rows say: \(fault)")
        }
        let violations = model.violations()
        if let first = violations.first { note("the model breaks its promise: \(first)") }
        return real.answers
    }

    /// Asks both the same.
    func ask(_ query: Query) throws {
        lastID += 1
        let envelope = QueryEnvelope(
            id: EnvelopeID(rawValue: lastID), query: query, now: now, of: engine)
        let real = try reader.run(envelope)
        let plain = model.run(envelope)
        compare("the rows of \(query)", ["\(real)"], ["\(plain)"])
    }

    /// Checks the file's own invariants.
    func verify() throws {
        if let fault = try Verification.run(folder: folder.path).faults.first { note(fault) }
    }

    private func text(_ answer: Answer) -> String {
        let id = String(answer.id.rawValue)
        return String(repeating: "0", count: max(0, 9 - id.utf8.count)) + id
            + " \(answer.reply) \(String(describing: answer.quota))"
    }

    private func compare(_ what: String, _ real: [String], _ plain: [String]) {
        guard real != plain else { return }
        let index = zip(real, plain).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        let place = index ?? min(real.count, plain.count)
        let (store, model) = (
            place < real.count ? real[place] : "-", place < plain.count ? plain[place] : "-"
        )
        // Long rows are shown from a little before where they part.
        let same = zip(store, model).prefix { $0 == $1 }.count
        let from = max(0, same - 120)
        note(
            """
            \(what) differ at \(place) (\(real.count) and \(plain.count)):
              both begin: \(store.prefix(160))
              store: \(store.dropFirst(from).prefix(400))
              model: \(model.dropFirst(from).prefix(400))
            """)
    }

    private func note(_ sentence: String) {
        if difference == nil { difference = sentence }
    }
}
