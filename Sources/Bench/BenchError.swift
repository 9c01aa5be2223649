/// Why a run of the bench could not be made or cannot be believed.
package struct BenchError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What happened, in one sentence.
    package let description: String

    /// An error with its sentence.
    package init(_ description: String) { self.description = description }
}
