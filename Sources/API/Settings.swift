package import Core

/// What the composition root tells the handlers.
package struct Settings: Sendable {
    package let catalog: PlanCatalog
    /// True if tests may move the clocks (`--test-clock`).
    package let hasTestClock: Bool
    /// That many bytes which nobody can foresee: what keys are made of.
    package let randomBytes: @Sendable (Int) -> [UInt8]

    /// The settings of a server.
    package init(
        catalog: PlanCatalog, hasTestClock: Bool = false,
        randomBytes: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.catalog = catalog
        self.hasTestClock = hasTestClock
        self.randomBytes = randomBytes
    }
}
