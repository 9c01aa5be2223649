import Core

/// Every command that there is.
enum Catalog {
    static let commands: [Command] =
        [ServeCommand.command, WorkCommand.command] + TenantCommands.all + KeyCommands.all
        + JobCommands.all + KindCommands.all + UsageCommand.all
        + [LedgerCommand.command, PlansCommand.check]
        + PlanCommands.all + MeterCommands.all + EndpointCommands.all + WebhookCommands.all
        + [
            VerifyCommand.command, BackupCommand.command, SimulateCommand.command,
            PowerCutsCommand.command, BenchCommand.command,
        ]

    /// The first words, without repeats.
    static let names: [String] = commands.reduce(into: []) { names, command in
        let first = String(command.name.prefix { $0 != " " })
        if !names.contains(first) { names.append(first) }
    }

    /// The command that `name`, and the word after it where there are several, stands for. The
    /// words that name it are taken from `rest`.
    static func find(_ name: String, _ rest: inout ArraySlice<String>) -> Command? {
        let family = commands.filter { $0.name == name || $0.name.hasPrefix(name + " ") }
        if let second = rest.first,
            let command = family.first(where: { $0.name == "\(name) \(second)" })
        {
            rest.removeFirst()
            return command
        }
        return family.first { $0.name == name }
    }

    /// What is to be said of words that name no command.
    static func complaint(of name: String, _ rest: ArraySlice<String>) -> String {
        guard !names.contains(name) else {
            let second = rest.first ?? ""
            let words = second.isEmpty ? name : "\(name) \(second)"
            return "there is no command '\(words)'\(hint(for: second, after: name))"
        }
        let hint =
            Spelling.closest(to: name, among: names)
            .map { "; did you mean '\($0)'?" } ?? "; `weir help` lists what there is"
        return "there is no command '\(name)'\(hint)"
    }

    /// What a word too many was meant to be, where the first has others below it.
    static func hint(for word: String, after name: String) -> String {
        let family = commands.map(\.name).filter { $0.hasPrefix(name + " ") }
        guard !family.isEmpty else { return "" }
        let seconds = family.map { String($0.dropFirst(name.utf8.count + 1)) }
        guard let meant = Spelling.closest(to: word, among: seconds) else {
            return "; there are \(family.map { "'\($0)'" }.joined(separator: ", "))"
        }
        return "; did you mean '\(name) \(meant)'?"
    }
}
