import PowerCuts

/// `weir power-cuts`.
enum PowerCutsCommand {
    static let command = Command(
        name: "power-cuts", arguments: "",
        summary: "Cut the power of the store's disk at random, and look for what is lost.",
        argumentsMin: 0, argumentsMax: 0,
        options: [
            Option("cuts", "N", "how many, ten to a database; 5000"),
            Option("seed", "S", "the first database; 1"),
            Option("threads", "N", "databases at a time; 2"),
        ],
        run: run)

    private static let cutsEach = 10
    /// Everything that can befall a store does within so many.
    private static let cutsForAll = 2_000

    private static func run(_ arguments: Arguments) throws -> ExitCode {
        let cuts = try arguments.integer("cuts", in: 1...100_000_000) ?? 5_000
        let first = try arguments.integer("seed", in: 0...Int.max / 2) ?? 1
        let databases = (cuts + cutsEach - 1) / cutsEach
        let run = CutRun(
            seeds: (0..<databases).map { UInt64(first + $0) },
            cutsEach: min(cuts, cutsEach),
            threads: try arguments.integer("threads", in: 1...64) ?? 2)
        let report = try run.run()
        for fault in report.faults {
            Terminal.line("FAULT \(fault.sentence)")
            Terminal.line("  again: weir power-cuts --seed \(fault.seed) --cuts \(cutsEach)")
        }
        let tally = report.tally
        let line =
            "\(tally.cuts) power cuts (\(tally.cutsInRecovery) of them in a recovery),"
            + " \(tally.kills) kills, \(tally.recoveries) recoveries in place,"
            + " \(tally.promises) promises"
        guard report.faults.isEmpty else {
            Terminal.line("\(line): something was lost")
            return .failed
        }
        let missing = report.missing
        if cuts >= cutsForAll, !missing.isEmpty {
            Terminal.line(
                "\(line): nothing lost, but never met: \(missing.joined(separator: ", "))")
            return .failed
        }
        Terminal.line("\(line): nothing lost")
        return .ok
    }
}
