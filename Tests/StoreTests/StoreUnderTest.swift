import Core
import Plans
import StoreSQLite

@testable import Store
@testable import StoreModel

/// A store of some kind with the reader that belongs to it. A new kind of store is added here and
/// in `StoreKind`, and nowhere else.
struct StoreUnderTest {
    private(set) var store: any Store
    let reader: any StoreReader
    /// Its rows of subscriptions and money, for what no query shows.
    private(set) var billingRows: () -> any BillingRowStore
    /// What the store says against itself, where it can.
    let violations: () -> [String]
    /// Where its files lie, if it has any.
    private let folder: StoreFolder?
    /// Ends the process and begins another over what is durable.
    private let nextProcess: (any Store, Moment) throws -> any Store

    /// An empty store. Two stores with the same seed give out equal ids and equal delays.
    init(
        _ kind: StoreKind, plans: [PlanDraft], seed: UInt64,
        limits: BatchLimits = BatchLimits(), billing: BillingConditions = BillingConditions(),
        at now: Moment
    ) throws {
        switch kind {
        case .model:
            let model = ModelStore(
                plans: plans, random: Random(seed: seed), secrets: Random(seed: ~seed),
                limits: limits, billing: billing, at: now)
            store = model
            folder = nil
            reader = model
            violations = model.violations
            billingRows = { model.billing }
            nextProcess = { _, now in
                model.beginProcess(at: now)
                return model
            }
        case .sqlite:
            let folder = StoreFolder()
            self.folder = folder
            let files = StoreFiles(folder: folder.path)
            let engine = try Engine(
                rows: SQLiteRows(files: files), plans: plans, random: Random(seed: seed),
                secrets: Random(seed: ~seed), limits: limits, billing: billing, at: now)
            store = engine
            billingRows = { engine.rows }
            reader = SQLiteReader(files: files)
            nextProcess = { old, now in
                guard let old = old as? Engine else { preconditionFailure("no engine") }
                old.close()
                return try Engine(
                    rows: SQLiteRows(files: files), plans: nil, random: old.random,
                    secrets: old.secrets, limits: limits, billing: billing, at: now)
            }
            violations = {
                (try? Verification.run(folder: folder.path).faults) ?? ["the file cannot be read"]
            }
        }
    }

    /// The process dies, and another begins.
    mutating func beginProcess(at now: Moment) throws {
        store = try nextProcess(store, now)
        if let engine = store as? Engine { billingRows = { engine.rows } }
    }
}
