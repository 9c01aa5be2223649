import Core
package import CrashDisk
import Plans
import Store

/// One database through many power cuts: a seeded life, a cut at some operation of the disk, a
/// recovery that may be cut too, a look at everything that was promised, and the next life.
package struct CrashWalk {
    /// Kinds of ends and recoveries that were met, so that nobody takes a walk that met none for a
    /// proof.
    package struct Tally: Sendable {
        package var cuts = 0
        package var cutsInRecovery = 0
        package var kills = 0
        package var killsInBatch = 0
        package var strikes: [DiskFault: Int64] = [:]
        package var recoveries = 0
        package var promises = 0

        package init() {}

        /// What befalls a store in the long run and is not here.
        package var missing: [String] {
            var missing: [String] = []
            if cutsInRecovery == 0 { missing.append("cuts in a recovery") }
            if kills == 0 { missing.append("kills") }
            if killsInBatch == 0 { missing.append("kills in a batch") }
            if recoveries == 0 { missing.append("recoveries in place") }
            if promises <= cuts { missing.append("promises to keep") }
            for fault in DiskFault.allCases where strikes[fault, default: 0] == 0 {
                missing.append("\(fault)")
            }
            return missing
        }

        package static func += (left: inout Tally, right: Tally) {
            left.cuts += right.cuts
            left.cutsInRecovery += right.cutsInRecovery
            left.kills += right.kills
            left.killsInBatch += right.killsInBatch
            left.strikes.merge(right.strikes, uniquingKeysWith: +)
            left.recoveries += right.recoveries
            left.promises += right.promises
        }
    }

    private let seed: UInt64
    private let setting: CrashSetting
    private let bench: CrashBench
    private var workload: CrashWorkload
    private var random: Random
    package private(set) var tally = Tally()

    /// Batches in a life that no cut ended.
    private static let batchesMax = 25
    /// A fault strikes at most three times, and each recovery may meet one.
    private static let recoveriesMax = 8

    /// The walk that belongs to this seed.
    package init(seed: UInt64, _ setting: CrashSetting = CrashSetting()) {
        self.seed = seed
        self.setting = setting
        bench = CrashBench(setting, plans: CrashWorkload.plans, seed: seed)
        workload = CrashWorkload(seed: seed)
        random = Random(seed: seed ^ 0xC0FFEE)
    }

    /// Lives on until the power was cut `cuts` times, and returns the first fault.
    package mutating func run(cuts: Int) -> String? {
        while tally.cuts < cuts {
            if let fault = live() ?? end() ?? recoverFromEnd() {
                return "seed \(seed), after \(tally.cuts) cuts: \(fault)"
            }
        }
        tally.promises += bench.promise.count
        for fault in DiskFault.allCases { tally.strikes[fault] = bench.disk.strikes(of: fault) }
        return nil
    }

    // MARK: A life and its end

    /// Runs a server until the power is gone or it has done enough. A fault is a sentence.
    private mutating func live() -> String? {
        bench.disk.stop(after: Int64(roll(4) == 0 ? roll(60) : roll(500)))
        if tally.cuts == 0, let fault = attempt({ bench throws(StoreError) in try bench.start() }) {
            return fault
        }
        if !setting.faults.isEmpty, roll(2) == 0 {
            let fault = setting.faults[roll(setting.faults.count)]
            // A batch writes often and syncs once.
            let after = fault == .failedSync ? roll(30) : roll(150)
            bench.disk.strike(fault, after: Int64(after), times: Int64(1 + roll(3)))
        }
        workload.begin()
        for _ in 0..<Self.batchesMax where !bench.disk.isStopped {
            if let fault = step() { return fault }
        }
        return nil
    }

    /// One batch and what goes on beside it; a failed batch is followed by a recovery.
    private mutating func step() -> String? {
        let batch = workload.batch(bench)
        do throws(StoreError) {
            let outcome = try bench.apply(batch)
            workload.learn(batch, outcome)
            if roll(8) == 0 { try bench.readList() }
            if roll(8) == 0 { try bench.toggleSnapshot() }
        } catch {
            if let fault = judge(error) { return fault }
            return bench.disk.isStopped ? nil : recoverInPlace()
        }
        if roll(3) == 0 { bench.checkpoint() }
        return nil
    }

    private mutating func recoverInPlace() -> String? {
        for _ in 0..<Self.recoveriesMax where !bench.disk.isStopped {
            tally.recoveries += 1
            do throws(StoreError) {
                try bench.recover()
                return nil
            } catch {
                if let fault = judge(error) { return fault }
            }
        }
        return bench.disk.isStopped ? nil : "the store does not come back"
    }

    private mutating func end() -> String? {
        let fate = roll(10)
        if fate == 0, !bench.disk.isStopped { bench.close() }
        if bench.disk.isStopped, fate < 3 {
            // The process ends in the middle of a batch: what the system has taken is not on disk.
            tally.killsInBatch += 1
            kill()
        } else if bench.disk.isStopped || fate < 8 {
            cut()
        } else {
            kill()
        }
        return nil
    }

    private mutating func cut() {
        tally.cuts += 1
        bench.disk.cutPower()
        bench.forgetServer()
    }

    private mutating func kill() {
        tally.kills += 1
        bench.disk.killProcess()
        bench.forgetServer()
    }

    /// Starts again, through cuts while it recovers, and looks at everything.
    private mutating func recoverFromEnd() -> String? {
        while roll(4) == 0 {
            bench.disk.stop(after: Int64(roll(40)))
            if let fault = attempt({ bench throws(StoreError) in try bench.start() }) {
                return fault
            }
            if bench.disk.isStopped { tally.cutsInRecovery += 1 }
            cut()
        }
        // A mistaken store's rows might stop the program that trusts them.
        do throws(StoreError) {
            if setting.isMistaken {
                try bench.open()
                if let fault = bench.fault() { return fault }
            }
            try bench.start()
        } catch {
            return "no start: \(error)"
        }
        return bench.fault()
    }

    /// Runs what may be stopped by the disk.
    private func attempt(_ body: (CrashBench) throws(StoreError) -> Void) -> String? {
        do throws(StoreError) { try body(bench) } catch { return judge(error) }
        return nil
    }

    /// What the disk does may fail a batch; nothing else may.
    private func judge(_ error: StoreError) -> String? {
        switch error.kind {
        case .diskFull, .inputOutput: nil
        case .corrupt, .locked, .unfit, .misuse: "\(error)"
        }
    }

    private mutating func roll(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
}
