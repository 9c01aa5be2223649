import CrashDisk
package import Threads

/// Power cuts over many databases, each of which has a seed of its own.
package struct CutRun: Sendable {
    package let seeds: [UInt64]
    package let cutsEach: Int
    package let threads: Int
    package let setting: CrashSetting

    /// So many cuts to each of the databases that belong to these seeds.
    package init(
        seeds: [UInt64], cutsEach: Int, threads: Int, setting: CrashSetting = CrashSetting()
    ) {
        self.seeds = seeds
        self.cutsEach = cutsEach
        self.threads = threads
        self.setting = setting
    }

    /// What all of them met.
    package struct Report: Sendable {
        package var tally = CrashWalk.Tally()
        /// What was found, in the order of seeds.
        package var faults: [Fault] = []

        package init() {}
    }

    /// What a walk has found.
    package struct Fault: Sendable {
        package let seed: UInt64
        package let sentence: String

        package init(seed: UInt64, sentence: String) {
            self.seed = seed
            self.sentence = sentence
        }
    }

    /// Cuts until all is done, or until the first fault.
    package func run(stopAtFault: Bool = true) throws(ThreadError) -> Report {
        let (seeds, cutsEach, setting) = (self.seeds, self.cutsEach, self.setting)
        let walks = try Crew.results(
            through: seeds.count, threads: threads, name: "cuts",
            isLast: { stopAtFault && $0.fault != nil }
        ) { index in
            var walk = CrashWalk(seed: seeds[index], setting)
            let fault = walk.run(cuts: cutsEach)
            return (seed: seeds[index], tally: walk.tally, fault: fault)
        }
        var report = Report()
        for walk in walks {
            report.tally += walk.tally
            if let fault = walk.fault {
                report.faults.append(Fault(seed: walk.seed, sentence: fault))
            }
        }
        return report
    }
}
