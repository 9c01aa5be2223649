import Core
import Simulate

/// `weir simulate`.
enum SimulateCommand {
    static let command = Command(
        name: "simulate", arguments: "",
        summary: "Run the whole server under seeded clocks, networks and disks, beside a model.",
        argumentsMin: 0, argumentsMax: 0,
        options: [
            Option("seeds", "N", "how many seeds; 200"),
            Option("seed", "S", "the first seed; 1"),
            Option("commands", "N", "commands a seed; 2000"),
            Option("threads", "N", "seeds at a time; 2"),
            Option("mutant", "NAME", "put a defect in (builds with the trait Mutants only)"),
            Option(flag: "trace", "print every step"),
            Option(flag: "keep-going", "do not stop at the first fault"),
        ],
        run: run)

    private static func run(_ arguments: Arguments) throws -> ExitCode {
        if let name = arguments.value("mutant") { try putIn(name) }
        let count = try arguments.integer("seeds", in: 1...10_000_000) ?? 200
        let first = try arguments.integer("seed", in: 0...Int.max / 2) ?? 1
        let run = SeedRun(
            seeds: (0..<count).map { UInt64(first + $0) },
            commandsMax: try arguments.integer("commands", in: 1...1_000_000) ?? 2_000,
            threads: try arguments.integer("threads", in: 1...64) ?? 2)
        var print: (@Sendable (String) -> Void)?
        if arguments.has("trace") { print = { Terminal.line($0) } }
        let report = try run.run(stopAtFault: !arguments.has("keep-going"), print: print)
        var words = ""
        for name in ["commands", "mutant"] {
            if let value = arguments.value(name) { words += " --\(name) \(value)" }
        }
        return tell(report, of: count, words)
    }

    private static func putIn(_ name: String) throws(Arguments.UsageError) {
        guard !Mutants.names.isEmpty else {
            throw Arguments.UsageError(
                message: "this build has no mutants; build it with --traits Mutants")
        }
        guard Mutants.putIn(name) else {
            let names = Mutants.names.joined(separator: ", ")
            throw Arguments.UsageError(message: "there is no mutant '\(name)'; take \(names)")
        }
    }

    /// A coverage mark is missed by a few seeds, never by many.
    private static let seedsForCoverage = 200

    /// `words` are those without which a seed does something else.
    private static func tell(
        _ report: SeedRun.Report, of count: Int, _ words: String
    ) -> ExitCode {
        for verdict in report.faults {
            Terminal.line("seed \(verdict.seed) FAULT \(verdict.fault ?? "") [\(verdict.hash)]")
            Terminal.line("  again: weir simulate --seed \(verdict.seed) --seeds 1 --trace\(words)")
        }
        let commands = report.verdicts.reduce(0) { $0 + $1.commands }
        var line = "\(report.verdicts.count) seeds, \(commands) commands"
        if count == 1, let only = report.verdicts.first { line += ", trace \(only.hash)" }
        guard report.faults.isEmpty else {
            Terminal.line("\(line): \(report.faults.count) found something")
            return .failed
        }
        let missing = report.coverage.missing
        if count >= seedsForCoverage, !missing.isEmpty {
            Terminal.line(
                "\(line): nothing found, but never met: \(missing.joined(separator: ", "))")
            return .failed
        }
        Terminal.line("\(line): nothing found")
        return .ok
    }
}
