/// The commit that the program was built from.
enum Commit {
    /// What the caller says, or what git says of the folder that the bench is started in.
    static func name(_ given: String?) -> String {
        if let given, !given.isEmpty { return given }
        guard
            let git = try? ChildProcess(
                ["git", "rev-parse", "--short=12", "HEAD"], reading: .output)
        else { return "unknown" }
        let line = git.readLine()
        guard git.waitForEnd() == 0, let line, !line.isEmpty else { return "unknown" }
        return line
    }
}
