/// What the composition root tells the handlers.
package struct Settings: Sendable {
    /// True if tests may move the clocks (`--test-clock`).
    package let hasTestClock: Bool
    /// That many bytes which nobody can foresee: what keys are made of.
    package let randomBytes: @Sendable (Int) -> [UInt8]

    /// The settings of a server.
    package init(
        hasTestClock: Bool = false, randomBytes: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.hasTestClock = hasTestClock
        self.randomBytes = randomBytes
    }
}
