/// The commit that a report names.
enum Commit {
    /// What the caller says, or what git says of the folder that the bench is started in, with
    /// `-dirty` where that holds something else.
    static func name(_ given: String?) -> String {
        if let given, !given.isEmpty { return given }
        guard
            let git = try? ChildProcess(
                ["git", "describe", "--always", "--dirty", "--exclude=*", "--abbrev=12"],
                reading: .output)
        else { return "unknown" }
        let line = git.readLine()
        guard git.waitForEnd() == 0, let line, !line.isEmpty else { return "unknown" }
        return line
    }
}
