import EventLoop

/// What a command was called with, checked against its options.
struct Arguments {
    private(set) var positionals: [String] = []
    private var values: [String: String] = [:]

    /// A flag or value that cannot be; the program ends with 64.
    struct UsageError: Error, Equatable {
        let message: String
    }

    /// Reads the words after a command's name. `environment` speaks where a flag is silent.
    init(
        _ words: [String], for command: Command,
        environment: (String) -> String? = ProcessEnvironment.value
    ) throws(UsageError) {
        for option in command.options {
            if let name = option.environment, let value = environment(name), !value.isEmpty {
                values[option.name] = value
            }
        }
        var rest = words[...]
        var onlyPositionals = false
        while let word = rest.popFirst() {
            if !onlyPositionals, word == "--" {
                onlyPositionals = true
            } else if !onlyPositionals, word.utf8.count > 2, word.utf8.starts(with: "--".utf8) {
                try readFlag(word.dropFirst(2), &rest, command)
            } else {
                positionals.append(word)
            }
        }
        guard positionals.count >= command.argumentsMin else {
            throw UsageError(message: "'\(command.name)' needs \(command.arguments)")
        }
        guard positionals.count <= command.argumentsMax else {
            throw UsageError(
                message: "'\(command.name)' does not take '\(positionals[command.argumentsMax])'")
        }
    }

    /// The value of a flag, from the command line or the environment.
    func value(_ name: String) -> String? { values[name] }

    /// True if a flag without a value was given.
    func has(_ name: String) -> Bool {
        guard let value = values[name] else { return false }
        return !["0", "false", "no", "off"].contains(value)
    }

    /// A flag's value as a whole number in a range.
    func integer(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        guard let text = values[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError(
                message: "--\(name) takes a whole number from \(range.lowerBound) to"
                    + " \(range.upperBound), not '\(text)'")
        }
        return number
    }

    private mutating func readFlag(
        _ word: Substring, _ rest: inout ArraySlice<String>, _ command: Command
    ) throws(UsageError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        guard let option = command.options.first(where: { $0.name == name }) else {
            throw UsageError(message: Arguments.unknown(name, command))
        }
        guard let placeholder = option.value else {
            guard parts.count == 1 else {
                throw UsageError(message: "\(option.flag) takes no value")
            }
            values[name] = "1"
            return
        }
        if parts.count == 2 {
            values[name] = String(parts[1])
        } else if let value = rest.first, !value.utf8.starts(with: "--".utf8) {
            rest.removeFirst()
            values[name] = value
        } else {
            throw UsageError(message: "\(option.flag) needs a value: \(option.flag) \(placeholder)")
        }
    }

    private static func unknown(_ name: String, _ command: Command) -> String {
        let names = command.options.map(\.name)
        guard let meant = Spelling.closest(to: name, among: names) else {
            return "'\(command.name)' has no flag '--\(name)'"
        }
        return "'\(command.name)' has no flag '--\(name)'; did you mean '--\(meant)'?"
    }
}
