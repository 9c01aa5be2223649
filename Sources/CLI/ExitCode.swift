/// What the program ends with (API §1).
enum ExitCode: Int32, CaseIterable {
    case ok = 0
    /// The answer was no, the job did not succeed, or a start was refused.
    case failed = 1
    /// A flag or a value that cannot be.
    case usage = 64
    /// No server answers.
    case unreachable = 69
    /// The key may not do this.
    case notPermitted = 77

    /// What it says, for the help.
    var meaning: String {
        switch self {
        case .ok: "done"
        case .failed: "refused, found broken, not succeeded, or not written to standard output"
        case .usage: "a flag, a word or a value that cannot be, wherever it is found"
        case .unreachable: "no server answers"
        case .notPermitted: "the key may not do this"
        }
    }
}
