/// What the program ends with (API §1).
enum ExitCode: Int32 {
    case ok = 0
    /// The answer was no, the job did not succeed, or a start was refused.
    case failed = 1
    /// A flag or a value that cannot be.
    case usage = 64
    /// No server answers.
    case unreachable = 69
    /// The key may not do this.
    case notPermitted = 77
}
