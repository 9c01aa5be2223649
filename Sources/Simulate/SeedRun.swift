import Synchronization
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

    /// The seeds that are left to run, and what was found so far.
    private final class Board: Sendable {
        let next = Atomic<Int>(0)
        let mustStop = Atomic<Bool>(false)
        let report = Mutex<Report>(Report())
    }

    /// Runs them all, or until the first fault. `print` gets each step, for single seeds.
    package func run(
        stopAtFault: Bool, print: (@Sendable (String) -> Void)? = nil
    ) throws(ThreadError) -> Report {
        let board = Board()
        var running: [Thread] = []
        let seeds = self.seeds
        let commandsMax = self.commandsMax
        for _ in 0..<max(1, min(threads, seeds.count)) {
            running.append(
                try Thread(name: "seed", stackBytes: 8 << 20) {
                    while !board.mustStop.load(ordering: .relaxed) {
                        let index = board.next.wrappingAdd(1, ordering: .relaxed).oldValue
                        guard index < seeds.count else { return }
                        let verdict = SeedRun.verdict(
                            seed: seeds[index], commandsMax: commandsMax, print: print)
                        if stopAtFault, verdict.fault != nil {
                            board.mustStop.store(true, ordering: .relaxed)
                        }
                        board.report.withLock { report in
                            report.verdicts.append(verdict)
                            report.coverage.merge(verdict.coverage)
                        }
                    }
                })
        }
        for thread in running { thread.join() }
        var report = board.report.withLock { $0 }
        report.verdicts.sort { $0.seed < $1.seed }
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
