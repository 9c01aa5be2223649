import Core
import Store
import StoreModel

/// A store of some kind with the reader that belongs to it. A new kind of store is added here and
/// in `StoreKind`, and nowhere else.
struct StoreUnderTest {
    let store: any Store
    let reader: any StoreReader
    /// What the store says against itself, where it can.
    let violations: () -> [String]

    /// An empty store. Two stores with the same seed give out equal ids and equal delays; the
    /// secrets of their leases differ if `secretSeed` does.
    init(
        _ kind: StoreKind, catalog: PlanCatalog, seed: UInt64, secretSeed: UInt64 = 99,
        at now: Moment
    ) throws {
        switch kind {
        case .model:
            let model = ModelStore(
                catalog: catalog, random: Random(seed: seed),
                secrets: Random(seed: secretSeed), at: now)
            store = model
            reader = model
            violations = model.violations
        }
    }
}
