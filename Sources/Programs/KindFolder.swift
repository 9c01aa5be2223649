/// A folder below the folder of jobs, as it was found.
package struct KindFolder: Hashable, Sendable {
    package let name: String
    /// The program, as a path from the root.
    package let program: String
    package let finding: Finding
    /// The bytes of its `job.json`; nil if there is none.
    package let settings: Settings

    /// What `run` is.
    package enum Finding: Hashable, Sendable {
        case executable
        case notExecutable
        case missing
        /// There is something of this name that is no file, such as "a folder".
        case other(String)
    }

    /// What `job.json` is.
    package enum Settings: Hashable, Sendable {
        case missing
        case bytes([UInt8])
        case unreadable(String)
    }

    /// A folder with this in it.
    package init(name: String, program: String, finding: Finding, settings: Settings) {
        self.name = name
        self.program = program
        self.finding = finding
        self.settings = settings
    }
}
