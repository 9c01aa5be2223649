/// Everything that is wrong with a `job.json`.
package struct JobFileError: Error, Hashable, Sendable, CustomStringConvertible {
    package let faults: [String]

    package var description: String { "job.json: " + faults.joined(separator: "; ") }
}
