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
            Option(flag: "keep-going", "do not stop at the first fault"),
        ],
        run: run)

    private static let cutsEach = 10
    /// Everything that befalls a store in the long run does within so many.
    private static let cutsForAll = 1_000

    private static func run(_ arguments: Arguments) throws -> ExitCode {
        let cuts = try arguments.integer("cuts", in: 1...10_000_000) ?? 5_000
        let first = try arguments.integer("seed", in: 0...Int.max / 2) ?? 1
        let databases = (cuts + cutsEach - 1) / cutsEach
        let run = CutRun(
            seeds: (0..<databases).map { UInt64(first + $0) },
            cutsEach: min(cuts, cutsEach),
            threads: try arguments.integer("threads", in: 1...64) ?? 2)
        let report = try run.run(stopAtFault: !arguments.has("keep-going"))
        let (lines, code) = tell(report)
        for line in lines { Terminal.line(line) }
        return code
    }

    /// What is said of a run, and how it ends.
    static func tell(_ report: CutRun.Report) -> (lines: [String], code: ExitCode) {
        var lines: [String] = []
        for fault in report.faults {
            lines.append("FAULT \(fault.sentence)")
            lines.append("  again: weir power-cuts --seed \(fault.seed) --cuts \(cutsEach)")
        }
        let tally = report.tally
        let strikes = tally.strikes.values.reduce(0, +)
        let line =
            "\(tally.cuts) power cuts and \(tally.cutsInRecovery) in recoveries,"
            + " \(tally.kills) kills and \(tally.killsInBatch) in batches,"
            + " \(strikes) faults of the disk, \(tally.recoveries) recoveries in place,"
            + " \(tally.promises) promises"
        guard report.faults.isEmpty else {
            return (lines + ["\(line): something was lost"], .failed)
        }
        let missing = tally.missing.joined(separator: ", ")
        guard tally.cuts >= cutsForAll else {
            let words = missing.isEmpty ? "" : "; too few to have met \(missing)"
            return ([line + ": nothing lost" + words], .ok)
        }
        guard missing.isEmpty else {
            return (["\(line): nothing lost, but never met: \(missing)"], .failed)
        }
        return ([line + ": nothing lost"], .ok)
    }
}
