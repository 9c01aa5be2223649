/// A flag that a command takes.
struct Option: Sendable {
    let name: String
    /// What stands for its value in the help; nil for a flag without one.
    let value: String?
    /// The environment variable that speaks where the flag is silent.
    let environment: String?
    let help: String

    /// A flag with a value.
    init(_ name: String, _ value: String, environment: String? = nil, _ help: String) {
        self.name = name
        self.value = value
        self.environment = environment
        self.help = help
    }

    /// A flag that is given or not.
    init(flag name: String, environment: String? = nil, _ help: String) {
        self.name = name
        value = nil
        self.environment = environment
        self.help = help
    }

    /// The flag as it is written.
    var flag: String { "--" + name }
}

/// A command of the program: what it is called with and what it does.
struct Command: Sendable {
    let name: String
    /// What stands after the name: `KIND [JSON]`.
    let arguments: String
    let summary: String
    let argumentsMin: Int
    let argumentsMax: Int
    let options: [Option]
    /// Environment variables that speak for no flag, with what they say.
    let variables: [(name: String, help: String)]
    /// Lines below the flags in its help.
    let notes: [String]
    let run: @Sendable (Arguments) throws -> ExitCode

    /// A command; what it does throws what ends the program.
    init(
        name: String, arguments: String, summary: String, argumentsMin: Int, argumentsMax: Int,
        options: [Option], variables: [(name: String, help: String)] = [],
        notes: [String] = [], run: @escaping @Sendable (Arguments) throws -> ExitCode
    ) {
        self.name = name
        self.arguments = arguments
        self.summary = summary
        self.argumentsMin = argumentsMin
        self.argumentsMax = argumentsMax
        self.options = options
        self.variables = variables
        self.notes = notes
        self.run = run
    }

    /// The first line of its help.
    var usage: String {
        "weir \(name)" + (arguments.isEmpty ? "" : " \(arguments)")
            + (options.isEmpty ? "" : " [flags]")
    }
}
