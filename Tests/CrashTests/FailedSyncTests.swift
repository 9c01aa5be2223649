import CrashDisk
import Plans
import PowerCuts
import Store
import StoreSQLite
import Testing

/// Paths that a random walk meets too seldom.
@Suite struct `After a failed sync` {
    private static let seeds: ClosedRange<UInt64> = 1...60

    private func bench(_ seed: UInt64, _ recovery: LogRecovery = .complete) throws -> CrashBench {
        let setting = CrashSetting(recovery: recovery)
        let bench = CrashBench(setting, plans: CrashWorkload.plans, seed: seed)
        try bench.start()
        _ = try bench.apply([
            bench.envelope(.createTenant(CreateTenant(id: "ada", plan: "max")))
        ])
        return bench
    }

    private func submit(_ mark: String, _ bench: CrashBench) throws {
        var spec = JobSpec(kind: "a")
        spec.payload = Array(mark.utf8)
        _ = try bench.apply([bench.envelope(.enqueue(Enqueue(tenant: "ada", jobs: [spec])))])
    }

    /// The first fault after a batch in doubt was shown by a recovery and the power then cut.
    private func faultAfterShowing(_ recovery: LogRecovery) throws -> String? {
        for seed in Self.seeds {
            let bench = try bench(seed, recovery)
            bench.disk.strike(.failedSync, after: 0)
            #expect(throws: StoreError.self) { try submit("1", bench) }
            try bench.recover()
            #expect(bench.fault() == nil)
            bench.disk.cutPower()
            bench.forgetServer()
            try bench.open()
            if let fault = bench.fault() { return fault }
        }
        return nil
    }

    @Test func `what a recovery showed lasts`() throws {
        #expect(try faultAfterShowing(.complete) == nil)
    }

    @Test(arguments: [LogRecovery.withoutCopy, .withoutFileSync, .withoutFolderSync])
    func `a step of recovery that is left out is noticed`(recovery: LogRecovery) throws {
        #expect(try faultAfterShowing(recovery) != nil)
    }

    @Test(arguments: seeds)
    func `a checkpoint in two parts, the second of which fails, loses nothing`(
        seed: UInt64
    ) throws {
        let bench = try bench(seed)
        try bench.toggleSnapshot()
        try submit("1", bench)
        // The report that is being read holds the checkpoint back after a part of the log.
        bench.checkpoint()
        try bench.toggleSnapshot()
        try submit("2", bench)
        // The log is synced first, then the file.
        bench.disk.strike(.failedSync, after: 1)
        bench.checkpoint()
        for mark in 3...5 {
            do {
                try submit("\(mark)", bench)
            } catch {
                try bench.recover()
            }
            bench.checkpoint()
        }
        // The log begins anew over what it held.
        try submit("6", bench)
        bench.disk.cutPower()
        bench.forgetServer()
        try bench.open()
        #expect(bench.fault() == nil)
    }

    @Test(arguments: seeds)
    func `nobody opens the log while a repair fails`(seed: UInt64) throws {
        let bench = try bench(seed)
        for mark in 1...20 { try submit("\(mark)", bench) }
        bench.checkpoint()
        // The log begins anew. The batch that fails changes other pages than the one before it.
        try submit("21", bench)
        // With the reader open nobody would be the first to open the log.
        bench.disk.strike(.failedRead, after: 0, times: 100)
        #expect(throws: StoreError.self) { try bench.readList() }
        bench.disk.heal()
        bench.disk.strike(.failedSync, after: 0)
        #expect(throws: StoreError.self) {
            _ = try bench.apply([bench.envelope(.pull(Pull(jobsMax: 5)))])
        }
        // The copy of the log finds no room, and the others of the process go on meanwhile.
        bench.disk.strike(.full, after: 0)
        #expect(throws: StoreError.self) { try bench.recover() }
        bench.checkpoint()
        #expect(throws: StoreError.self) { try bench.readList() }
        bench.disk.cutPower()
        bench.forgetServer()
        try bench.open()
        #expect(bench.fault() == nil)
    }
}
