import Core
import Glibc
import Plans
import StoreSQLite

@testable import Store
@testable import StoreModel

/// A store of some kind with the reader that belongs to it. A new kind of store is added here and
/// in `StoreKind`, and nowhere else.
struct StoreUnderTest {
    let store: any Store
    let reader: any StoreReader
    /// Its rows of subscriptions and money, for what no query shows.
    let billingRows: () -> any BillingRowStore
    /// What the store says against itself, where it can.
    let violations: () -> [String]

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
            reader = model
            violations = model.violations
            billingRows = { model.billing }
        case .sqlite:
            let folder = "/tmp/weir-store-\(getpid())-\(UInt64.random(in: 0...(.max)))"
            guard mkdir(folder, 0o700) == 0 else {
                preconditionFailure("no temporary folder \(folder)")
            }
            let files = StoreFiles(folder: folder)
            let engine = try Engine(
                rows: SQLiteRows(files: files), plans: plans, random: Random(seed: seed),
                secrets: Random(seed: ~seed), limits: limits, billing: billing, at: now)
            store = engine
            billingRows = { engine.rows }
            reader = SQLiteReader(files: files)
            violations = {
                (try? Verification.run(folder: folder).faults) ?? ["the file cannot be read"]
            }
        }
    }
}
