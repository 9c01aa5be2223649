import CrashDisk
import Glibc
import Testing

@Suite struct `Power cuts` {
    private static let cutsPerDatabase = 10
    private static let groupCount: UInt64 = 20

    /// `WEIR_CUTS=20000` cuts more often than every run does.
    private static let cuts = number("WEIR_CUTS") ?? 5_000

    /// `WEIR_CRASH_SEED=17` walks one database again.
    private static let onlySeed = number("WEIR_CRASH_SEED").map { UInt64($0) }

    @Test(arguments: 0..<groupCount)
    func `nothing that was answered is lost`(group: UInt64) {
        let databases = UInt64(max(1, Self.cuts / Self.cutsPerDatabase))
        var tally = CrashWalk.Tally()
        for seed in 1...databases where seed % Self.groupCount == group {
            if let only = Self.onlySeed, only != seed { continue }
            var walk = CrashWalk(seed: seed)
            let fault = walk.run(cuts: Self.cutsPerDatabase)
            #expect(fault == nil, "\(fault ?? "")")
            tally += walk.tally
        }
        guard Self.onlySeed == nil, databases > Self.groupCount * 5 else { return }
        #expect(tally.cuts >= Int(databases / Self.groupCount) * Self.cutsPerDatabase)
        #expect(tally.cutsInRecovery > 0 && tally.kills > 0 && tally.recoveries > 0)
        #expect(tally.killsInBatch > 0)
        for fault in DiskFault.allCases {
            #expect(tally.strikes[fault, default: 0] > 0, "\(fault)")
        }
        #expect(tally.promises > tally.cuts)
    }

    private static func number(_ name: String) -> Int? {
        getenv(name).flatMap { Int(String(cString: $0)) }
    }
}
