/// A body that was signed and is no event: answered 400 `malformed_request`, nothing is kept.
package struct MalformedEvent: Error, Hashable, Sendable {
    package let reason: String

    /// What is wrong with it.
    package init(_ reason: String) { self.reason = reason }
}
