package import Threads

/// Many seeds, on as many threads as are asked for.
package struct SeedRun: Sendable {
    package let seeds: [UInt64]
    package let commandsMax: Int
    package let threads: Int

    /// These seeds, of at most `commandsMax` commands each.
    package init(seeds: [UInt64], commandsMax: Int, threads: Int) {
        self.seeds = seeds
        self.commandsMax = commandsMax
        self.threads = threads
    }

    /// What all of them found.
    package struct Report: Sendable {
        package var verdicts: [Simulation.Verdict] = []
        package var coverage = Coverage()

        /// The runs that found something, by seed.
        package var faults: [Simulation.Verdict] { verdicts.filter { $0.fault != nil } }
    }

    /// Runs them all, or until the first fault. `print` gets each step, for single seeds.
    package func run(
        stopAtFault: Bool, print: (@Sendable (String) -> Void)? = nil
    ) throws(ThreadError) -> Report {
        let seeds = self.seeds
        let commandsMax = self.commandsMax
        var report = Report()
        report.verdicts = try Crew.results(
            through: seeds.count, threads: threads, name: "seed",
            isLast: { stopAtFault && $0.fault != nil }
        ) { index in
            SeedRun.verdict(seed: seeds[index], commandsMax: commandsMax, print: print)
        }
        for verdict in report.verdicts { report.coverage.merge(verdict.coverage) }
        return report
    }

    private static func verdict(
        seed: UInt64, commandsMax: Int, print: (@Sendable (String) -> Void)?
    ) -> Simulation.Verdict {
        var simulation: Simulation?
        do {
            let made = try Simulation(seed: seed, print: print)
            simulation = made
            return try made.run(commandsMax: commandsMax)
        } catch {
            return Simulation.Verdict(
                seed: seed, fault: "the run ended with an error: \(error)",
                hash: simulation?.hash ?? TraceHash(), coverage: Coverage(), commands: 0)
        }
    }
}
