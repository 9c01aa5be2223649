import CrashDisk
import PowerCuts
import StoreSQLite
import Testing

/// A walk that finds nothing wrong with a wrong store would prove nothing of the right one.
@Suite struct `Mistakes that power cuts find` {
    private static let databases: ClosedRange<UInt64> = 1...40
    private static let cutsPerDatabase = 5

    @Test func `commits that do not wait for the disk`() {
        let setting = CrashSetting(synchronous: .off, faults: [])
        #expect(Self.firstFault(setting) != nil)
    }

    @Test func `a failed sync and a log that is opened as it was found`() {
        let setting = CrashSetting(recovery: .withoutCopy, faults: [.failedSync])
        #expect(Self.firstFault(setting) != nil)
    }

    @Test func `a copied log that is not synced`() {
        let setting = CrashSetting(recovery: .withoutFileSync, faults: [])
        #expect(Self.firstFault(setting) != nil)
    }

    @Test(arguments: [[], [DiskFault.failedSync]])
    func `nothing is found where there is no mistake`(faults: [DiskFault]) {
        #expect(Self.firstFault(CrashSetting(faults: faults)) == nil)
    }

    private static func firstFault(_ setting: CrashSetting) -> String? {
        for seed in databases {
            var walk = CrashWalk(seed: seed, setting)
            if let fault = walk.run(cuts: cutsPerDatabase) { return fault }
        }
        return nil
    }
}
