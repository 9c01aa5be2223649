/// The help texts, made of the same declarations that commands are read by.
enum Help {
    /// The page of a command, or the list of all.
    static func show(_ name: String?) -> ExitCode {
        guard let name else {
            showAll()
            return .ok
        }
        let family = Catalog.commands.filter { $0.name == name || $0.name.hasPrefix(name + " ") }
        guard !family.isEmpty else {
            Terminal.complain("there is no command '\(name)'; `weir help` lists what there is")
            return .usage
        }
        for command in family { _ = show(command) }
        return .ok
    }

    static func show(_ command: Command) -> ExitCode {
        Terminal.line("\(command.usage)\n\n  \(command.summary)\n")
        let rows = command.options.map { option in
            [
                "  " + option.flag + (option.value.map { " \($0)" } ?? ""),
                option.help + (option.environment.map { " (\($0))" } ?? ""),
            ]
        }
        Terminal.table(rows)
        Terminal.line("")
        return .ok
    }

    private static func showAll() {
        Terminal.line("weir: a job queue that checks the plan before it pulls the job\n")
        Terminal.table(
            Catalog.commands.map {
                ["  weir \($0.name) \($0.arguments)", $0.summary]
            })
        Terminal.line("\n`weir help COMMAND` shows a command's flags.")
    }
}
