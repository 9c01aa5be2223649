import Core

/// The help texts, made of the same declarations that commands are read by.
enum Help {
    /// The pages of the command that the words name, and of those below it; without words the
    /// list of all.
    static func show(_ words: [String]) -> ExitCode {
        guard !words.isEmpty else {
            Terminal.line(overview)
            return .ok
        }
        let name = words.joined(separator: " ")
        let exact = Catalog.commands.filter { $0.name == name }
        let below = Catalog.commands.filter { $0.name.hasPrefix(name + " ") }
        guard !(exact + below).isEmpty else {
            let hint =
                Spelling.closest(to: name, among: Catalog.commands.map(\.name))
                .map { "did you mean '\($0)'?" } ?? "`weir help` lists what there is"
            Terminal.complain("there is no command '\(name)'; \(hint)")
            return .usage
        }
        for command in exact + below { _ = show(command) }
        return .ok
    }

    static func show(_ command: Command) -> ExitCode {
        Terminal.line(page(command))
        return .ok
    }

    /// The page of a command.
    static func page(_ command: Command) -> String {
        var lines = [command.usage, "", "  \(command.summary)", ""]
        lines += Terminal.rows(
            command.options.map { option in
                [
                    "  " + option.flag + (option.value.map { " \($0)" } ?? ""),
                    option.help + (option.environment.map { " (\($0))" } ?? ""),
                ]
            })
        if !command.variables.isEmpty {
            lines += ["", "  From the environment only:", ""]
            lines += Terminal.rows(command.variables.map { ["  " + $0.name, $0.help] })
        }
        if !command.notes.isEmpty {
            lines += [""] + command.notes.map { $0.isEmpty ? "" : "  " + $0 }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The list of all commands.
    static var overview: String {
        var lines = ["weir: a job queue that checks the plan before it pulls the job", ""]
        lines += Terminal.rows(
            Catalog.commands.map { ["  weir \($0.name) \($0.arguments)", $0.summary] }
                + [["  weir --version", "Say which Weir this is."]])
        lines += [
            "", "`weir help COMMAND` shows a command's flags. An environment variable that a",
        ]
        lines += ["flag names speaks where the flag is silent; an empty one says nothing.", ""]
        lines += ["Exit codes:", ""]
        lines += Terminal.rows(ExitCode.allCases.map { ["  \($0.rawValue)", $0.meaning] })
        return lines.joined(separator: "\n")
    }
}
