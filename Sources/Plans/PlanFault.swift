/// One thing that is wrong with a plan file: where, and what was expected and found.
package struct PlanFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// Such as `plans[1].limits.jobs.cap`; empty for the file itself.
    package let path: String
    package let message: String

    /// `message` is wrong at `path`.
    package init(path: String = "", message: String) {
        self.path = path
        self.message = message
    }

    package var description: String { path.isEmpty ? message : "\(path): \(message)" }
}
