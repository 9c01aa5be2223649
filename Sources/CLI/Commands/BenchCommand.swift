import Bench
import EventLoop

/// `weir bench`.
enum BenchCommand {
    static let command = Command(
        name: "bench", arguments: "[ROW…]",
        summary: "Measure the figures of docs/performance.md: every row, or some.",
        argumentsMin: 0, argumentsMax: BenchRow.allCases.count,
        options: [
            Option("runs", "N", "how often each row is measured, for a median; 3"),
            Option("seconds", "N", "how long each run measures; 5"),
            Option("column", "small|large|both", "how much is in the data folder; both"),
            Option("data", "DIR", environment: "TMPDIR", "where folders are made; /tmp"),
            Option("commit", "ID", environment: "WEIR_COMMIT", "what the report calls this build"),
            Option("beanstalkd", "PORT", "measure the beanstalkd at that port, not Weir"),
            Option(flag: "json", "a report for programs"),
        ],
        run: { arguments in
            let options = try options(arguments)
            let report = try Bench.run(options) { line in
                StandardError.write(Array((line + "\n").utf8))
            }
            Terminal.write(report)
            return .ok
        })

    /// What the flags and rows ask for.
    static func options(_ arguments: Arguments) throws(Arguments.UsageError) -> BenchOptions {
        var options = BenchOptions()
        do throws(BenchError) {
            options.rows = try BenchRow.read(arguments.positionals)
            if let text = arguments.value("column") {
                options.columns = try BenchColumn.read(text)
            }
            if let text = arguments.value("seconds") {
                options.seconds = try BenchOptions.seconds(text)
            }
        } catch {
            throw Arguments.UsageError(message: error.description)
        }
        if let runs = try arguments.integer("runs", in: 1...BenchOptions.runsMax) {
            options.runs = runs
        }
        if let folder = arguments.value("data") { options.folder = folder }
        options.commit = arguments.value("commit")
        options.beanstalkdPort = try arguments.integer("beanstalkd", in: 1...65_535)
        options.isJSON = arguments.has("json")
        try check(options, arguments)
        return options
    }

    /// Refuses what would measure nothing, or something else than its words say.
    private static func check(
        _ options: BenchOptions, _ arguments: Arguments
    ) throws(Arguments.UsageError) {
        if options.beanstalkdPort != nil,
            !arguments.positionals.isEmpty || arguments.value("column") != nil
        {
            throw Arguments.UsageError(
                message: "--beanstalkd measures its puts and reserves alone, without rows and"
                    + " columns of Weir's")
        }
        for row in options.rows where !arguments.positionals.isEmpty {
            guard options.columns.contains(where: { row.isMeasured(in: $0) }) else {
                throw Arguments.UsageError(
                    message: "row '\(row.rawValue)' has no column"
                        + " '\(arguments.value("column") ?? "")'; leave --column out")
            }
        }
    }
}
