/// How much of a log is kept.
package struct LogBounds: Hashable, Sendable {
    package var attemptBytesMax = Limits.logAttemptBytesMax
    package var jobBytesMax = Limits.logJobBytesMax

    /// The bounds of the product.
    package init() {}
}
