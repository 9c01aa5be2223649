import Core
import EventLoop

/// What a command was called with, checked against its options.
struct Arguments {
    private(set) var positionals: [String] = []
    private var values: [String: String] = [:]
    /// The environment variable that a value is from; a flag's is not here.
    private var variables: [String: String] = [:]

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
            guard let variable = option.environment, let value = environment(variable),
                !value.isEmpty
            else { continue }
            try Arguments.check(value, of: option, from: variable)
            values[option.name] = value
            variables[option.name] = variable
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
        try checkPositionals(command)
    }

    /// The value of a flag, from the command line or the environment.
    func value(_ name: String) -> String? { values[name] }

    /// Where a value is from, as messages name it: `--listen`, or `WEIR_LISTEN`.
    func source(_ name: String) -> String { variables[name] ?? "--" + name }

    /// True if a flag without a value was given.
    func has(_ name: String) -> Bool {
        values[name].map { !Arguments.noWords.contains($0) } ?? false
    }

    /// A flag's value as a whole number in a range.
    func integer(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        guard let text = values[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError(
                message: "\(source(name)) takes a whole number from \(range.lowerBound) to"
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
            return take("1", for: option)
        }
        var value = parts.count == 2 ? String(parts[1]) : ""
        if parts.count == 1, let next = rest.first, !next.utf8.starts(with: "--".utf8) {
            value = next
            rest.removeFirst()
        }
        guard !value.isEmpty else {
            throw UsageError(message: "\(option.flag) needs a value: \(option.flag) \(placeholder)")
        }
        if let earlier = values[name], variables[name] == nil, earlier != value {
            throw UsageError(
                message: option.name == "key"
                    ? "\(option.flag) is given twice, with two keys; give it once"
                    : "\(option.flag) is given twice, as '\(earlier)' and as '\(value)'; give it"
                        + " once")
        }
        take(value, for: option)
    }

    /// A flag speaks, so its environment variable does not.
    private mutating func take(_ value: String, for option: Option) {
        values[option.name] = value
        variables[option.name] = nil
    }

    /// What switches a flag without a value on and off in the environment.
    private static let yesWords = ["1", "true", "yes", "on"]
    private static let noWords = ["0", "false", "no", "off"]

    /// A variable that stands for a flag without a value says yes or no, and nothing else.
    private static func check(
        _ value: String, of option: Option, from variable: String
    ) throws(UsageError) {
        guard option.value == nil, !(yesWords + noWords).contains(value) else { return }
        throw UsageError(
            message: "\(variable) is '\(value)'; 1 stands for \(option.flag), 0 for none")
    }

    /// As many words as the command takes, and none of them empty: a shell variable that is not
    /// set must not ask for something else.
    private func checkPositionals(_ command: Command) throws(UsageError) {
        let names = command.arguments.split(separator: " ")
        guard positionals.count >= command.argumentsMin else {
            throw UsageError(message: "'\(command.name)' needs \(names[positionals.count])")
        }
        guard positionals.count <= command.argumentsMax else {
            let word = positionals[command.argumentsMax]
            throw UsageError(
                message: "'\(command.name)' does not take '\(word)'"
                    + Catalog.hint(for: word, after: command.name))
        }
        for (index, word) in positionals.enumerated() where word.isEmpty {
            let name = index < names.count ? names[index].filter { !"[]".contains($0) } : "a word"
            throw UsageError(message: "'\(command.name)' got \(name) as an empty text")
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
