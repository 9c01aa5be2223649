import CrashDisk
import PowerCuts
import StoreSQLite
import Testing

/// Many more are for `weir power-cuts`, as `scripts/prove` runs it.
@Suite struct `Power cuts` {
    @Test func `lose nothing that was answered, whatever else befalls the store`() throws {
        let report = try CutRun(seeds: Array(1...40), cutsEach: 10, threads: 2).run()
        #expect(report.faults.isEmpty, "\(report.faults)")
        #expect(report.tally.missing == [])
    }

    @Test(arguments: [true, false])
    func `tell of a store that loses`(stopAtFault: Bool) throws {
        let setting = CrashSetting(synchronous: .off, faults: [])
        let run = CutRun(seeds: Array(1...12), cutsEach: 5, threads: 1, setting: setting)
        let report = try run.run(stopAtFault: stopAtFault)
        let seed = try #require(report.faults.first).seed
        #expect(report.faults.allSatisfy { $0.sentence.hasPrefix("seed \($0.seed), after") })
        if stopAtFault {
            #expect(report.faults.count == 1)
        } else {
            #expect(report.faults.count > 1 && report.faults[1].seed > seed)
        }
        var walk = CrashWalk(seed: seed, setting)
        #expect(walk.run(cuts: 5) == report.faults.first?.sentence)
    }

    private static func whole() -> CrashWalk.Tally {
        var tally = CrashWalk.Tally()
        tally.cuts = 1
        tally.cutsInRecovery = 1
        tally.kills = 1
        tally.killsInBatch = 1
        tally.recoveries = 1
        tally.promises = 2
        for fault in DiskFault.allCases { tally.strikes[fault] = 1 }
        return tally
    }

    @Test func `are told of by what they never met`() {
        #expect(Self.whole().missing == [])
        let lacks: [(String, (inout CrashWalk.Tally) -> Void)] = [
            ("cuts in a recovery", { $0.cutsInRecovery = 0 }),
            ("kills", { $0.kills = 0 }),
            ("kills in a batch", { $0.killsInBatch = 0 }),
            ("recoveries in place", { $0.recoveries = 0 }),
            ("promises to keep", { $0.promises = $0.cuts }),
            ("full", { $0.strikes[.full] = nil }),
            ("failedSync", { $0.strikes[.failedSync] = 0 }),
        ]
        for (name, take) in lacks {
            var tally = Self.whole()
            take(&tally)
            #expect(tally.missing == [name])
        }
    }
}
