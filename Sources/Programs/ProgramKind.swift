/// A kind of job that there is a program for, or a handler in this process.
package struct ProgramKind: Hashable, Sendable {
    package let name: String
    /// The program, as a path from the root; empty where there is a handler.
    package let program: String
    package let settings: JobSettings

    /// Jobs of kind `name` are done by `program`.
    package init(name: String, program: String, settings: JobSettings) {
        self.name = name
        self.program = program
        self.settings = settings
    }
}

/// A folder that is no kind of job, and why.
package struct DisabledKind: Hashable, Sendable {
    package let name: String
    package let reason: String
}
