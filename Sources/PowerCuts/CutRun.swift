import CrashDisk
package import Threads

/// Power cuts over many databases, each of which has a seed of its own.
package struct CutRun: Sendable {
    package let seeds: [UInt64]
    package let cutsEach: Int
    package let threads: Int

    /// So many cuts to each of the databases that belong to these seeds.
    package init(seeds: [UInt64], cutsEach: Int, threads: Int) {
        self.seeds = seeds
        self.cutsEach = cutsEach
        self.threads = threads
    }

    /// What all of them met.
    package struct Report: Sendable {
        package var tally = CrashWalk.Tally()
        /// What was found, in the order of seeds.
        package var faults: [(seed: UInt64, sentence: String)] = []

        /// What can befall a store and never did: who finds nothing where nothing happens has
        /// shown nothing.
        package var missing: [String] {
            var missing: [String] = []
            if tally.cutsInRecovery == 0 { missing.append("cuts in a recovery") }
            if tally.kills == 0 { missing.append("kills") }
            if tally.killsInBatch == 0 { missing.append("kills in a batch") }
            if tally.recoveries == 0 { missing.append("recoveries in place") }
            if tally.promises <= tally.cuts { missing.append("promises to keep") }
            for fault in DiskFault.allCases where tally.strikes[fault, default: 0] == 0 {
                missing.append("\(fault)")
            }
            return missing
        }
    }

    /// Cuts until all is done, or until the first fault.
    package func run() throws(ThreadError) -> Report {
        let seeds = self.seeds
        let cutsEach = self.cutsEach
        let walks = try Crew.results(
            through: seeds.count, threads: threads, name: "cuts", stackBytes: 8 << 20,
            isLast: { $0.fault != nil }
        ) { index in
            var walk = CrashWalk(seed: seeds[index])
            let fault = walk.run(cuts: cutsEach)
            return (seed: seeds[index], tally: walk.tally, fault: fault)
        }
        var report = Report()
        for walk in walks {
            report.tally += walk.tally
            if let fault = walk.fault { report.faults.append((walk.seed, fault)) }
        }
        return report
    }
}
