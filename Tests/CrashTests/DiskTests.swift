import Core
import CrashDisk
import Store
import Testing

@Suite struct `A disk that loses power` {
    private let sector = 512

    /// A file of `count` sectors, each filled with `byte`.
    private func bytes(_ count: Int, _ byte: UInt8) -> ArraySlice<UInt8> {
        [UInt8](repeating: byte, count: count * sector)[...]
    }

    /// A disk with a durable file `a` of sixteen sectors of ones.
    private func disk(_ seed: UInt64, isPowersafe: Bool = true) throws -> CrashDisk {
        let disk = CrashDisk(seed: seed, isPowersafe: isPowersafe)
        try disk.write(bytes(16, 1), to: "a", at: 0)
        try disk.sync("a")
        try disk.syncFolder()
        return disk
    }

    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func `what was synced is there after a cut`(seed: UInt64) throws {
        let disk = try disk(seed)
        disk.cutPower()
        #expect(try disk.read("a") == Array(bytes(16, 1)))
    }

    @Test func `what was written and not synced is kept, dropped or torn`() throws {
        var seen: Set<Int> = []
        for seed in 1...200 as ClosedRange<UInt64> {
            let disk = try disk(seed)
            try disk.write(bytes(16, 2), to: "a", at: 0)
            #expect(try disk.read("a") == Array(bytes(16, 2)))
            disk.cutPower()
            let found = try #require(try disk.read("a"))
            #expect(found.count == 16 * sector)
            for start in stride(from: 0, to: found.count, by: sector) {
                #expect(Set(found[start..<(start + sector)]).count == 1, "a sector is torn")
            }
            seen.insert(found.filter { $0 == 2 }.count / sector)
        }
        #expect(seen.contains(0) && seen.contains(16) && seen.count > 5)
    }

    @Test func `two writes to one place may reach the disk in any order`() throws {
        var seen: Set<[UInt8]> = []
        for seed in 1...200 as ClosedRange<UInt64> {
            let disk = try disk(seed)
            try disk.write([2, 2], to: "a", at: 0)
            try disk.write([3, 3], to: "a", at: 1)
            disk.cutPower()
            seen.insert(Array(try #require(try disk.read("a")).prefix(3)))
        }
        // Both, in either order; one; none.
        #expect(seen == [[2, 3, 3], [2, 2, 3], [2, 2, 1], [1, 3, 3], [1, 1, 1]])
    }

    @Test func `a disk that is not powersafe may spoil the rest of a sector`() throws {
        func spoilt(isPowersafe: Bool) throws -> Int {
            var count = 0
            for seed in 1...100 as ClosedRange<UInt64> {
                let disk = try disk(seed, isPowersafe: isPowersafe)
                try disk.write([2, 2, 2], to: "a", at: sector + 100)
                disk.cutPower()
                let found = try #require(try disk.read("a"))
                #expect(Set(found[..<sector]) == [1], "another sector was touched")
                if found[sector + 99] != 1 || found[sector + 200] != 1 { count += 1 }
            }
            return count
        }
        #expect(try spoilt(isPowersafe: true) == 0)
        #expect(try spoilt(isPowersafe: false) > 0)
    }

    @Test func `a new name lasts only after a sync of the folder`() throws {
        var found = 0
        for seed in 1...100 as ClosedRange<UInt64> {
            let disk = try disk(seed)
            try disk.write(bytes(1, 1), to: "b", at: 0)
            try disk.sync("b")
            disk.cutPower()
            if try disk.read("b") != nil { found += 1 }
        }
        #expect(0 < found && found < 100)
    }

    @Test func `a renamed file has its old name or its new one`() throws {
        var found: [Bool: Int] = [:]
        for seed in 1...100 as ClosedRange<UInt64> {
            let disk = try disk(seed)
            try disk.rename("a", to: "b")
            #expect(try disk.read("a") == nil)
            disk.cutPower()
            let isNew = try disk.read("b") != nil
            #expect(try (disk.read("a") != nil) == !isNew)
            found[isNew, default: 0] += 1
        }
        #expect(found.count == 2)
        let disk = try disk(1)
        try disk.rename("a", to: "b")
        try disk.syncFolder()
        disk.cutPower()
        #expect(try disk.read("b") != nil)
    }

    @Test func `a killed process leaves what was seen, and a later cut may still take it`() throws {
        var lost = 0
        for seed in 1...50 as ClosedRange<UInt64> {
            let disk = try disk(seed)
            try disk.write(bytes(1, 2), to: "a", at: 0)
            disk.killProcess()
            #expect(try disk.read("a")?.first == 2)
            disk.cutPower()
            if try disk.read("a")?.first == 1 { lost += 1 }
        }
        #expect(0 < lost && lost < 50)
    }

    @Test func `after its last operation everything fails until the cut`() throws {
        let disk = try disk(1)
        let before = disk.operations
        disk.stop(after: 2)
        try disk.write(bytes(1, 2), to: "a", at: 0)
        try disk.sync("a")
        #expect(!disk.isStopped)
        #expect(throws: StoreError.self) { try disk.write(bytes(1, 3), to: "a", at: 0) }
        #expect(disk.isStopped && disk.operations == before + 2)
        #expect(throws: StoreError.self) { try disk.sync("a") }
        #expect(throws: StoreError.self) { try disk.syncFolder() }
        disk.cutPower()
        #expect(!disk.isStopped)
        let first = try #require(try disk.read("a")?.first)
        #expect([2, 3].contains(first), "the write under way may have come through")
        try disk.write(bytes(1, 4), to: "a", at: 0)
    }

    @Test func `a failed sync leaves pages clean that are not on the disk`() throws {
        var lost = 0
        for seed in 1...50 as ClosedRange<UInt64> {
            let disk = try disk(seed)
            try disk.write(bytes(1, 2), to: "a", at: 0)
            disk.strike(.failedSync, after: 0)
            #expect(throws: StoreError.self) { try disk.sync("a") }
            #expect(try disk.read("a")?.first == 2)
            try disk.sync("a")
            disk.cutPower()
            if try disk.read("a")?.first == 1 { lost += 1 }
        }
        #expect(0 < lost && lost < 50)
    }

    @Test func `each fault strikes its kind of operation, as often as was said`() throws {
        let disk = try disk(1)
        for fault in [DiskFault.full, .failedWrite, .shortWrite] {
            disk.strike(fault, after: 1, times: 2)
            try disk.write(bytes(1, 2), to: "a", at: 0)
            try disk.sync("a")
            #expect(try disk.read("a") != nil)
            for _ in 1...2 {
                #expect(throws: StoreError.self) { try disk.write(bytes(1, 3), to: "a", at: 0) }
            }
            try disk.write(bytes(1, 4), to: "a", at: 0)
        }
        disk.strike(.failedRead, after: 0)
        #expect(throws: StoreError.self) { try disk.read("a") }
        #expect(try disk.read("a") != nil)
    }

    @Test func `a full disk says so, and a short write leaves its beginning`() throws {
        let disk = try disk(1)
        disk.strike(.shortWrite, after: 0)
        let error = #expect(throws: StoreError.self) { try disk.write(bytes(4, 2), to: "a", at: 0) }
        #expect(error?.kind == .diskFull)
        let written = try #require(try disk.read("a")).prefix { $0 == 2 }.count
        #expect(0 < written && written < 4 * sector)
    }

    @Test func `disks do not meet, and the same seed has the same luck`() throws {
        func left(_ seed: UInt64) throws -> [UInt8]? {
            let disk = try disk(seed)
            for byte in 2...9 as ClosedRange<UInt8> {
                try disk.write(bytes(3, byte), to: "a", at: Int(byte) * sector)
            }
            disk.cutPower()
            return try disk.read("a")
        }
        let first = try disk(1)
        let second = try disk(1)
        #expect(first.folder != second.folder)
        try first.write(bytes(1, 7), to: "b", at: 0)
        #expect(try second.read("b") == nil)
        for seed in 1...20 as ClosedRange<UInt64> { #expect(try left(seed) == left(seed)) }
        #expect(try Set((1...20).map { try left($0) }).count > 5)
    }
}
