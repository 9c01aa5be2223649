import Core
import Store
import Threads

/// Claims in the store alone: no server, no sockets, one thread and a checkpointer for each folder.
enum ClaimRun {
    /// As many pulls come in one batch as the rows over HTTP have workers.
    static let claimsPerCommit = 64
    /// Enough that what a folder finds in the processor's caches is mostly its own.
    private static let commitsPerTurn = 20

    /// Claims a second, over so many seconds.
    static func rate(folder: String, seconds: Double) throws(BenchError) -> Double {
        let house = try StoreHouse(folder: folder)
        defer { house.close() }
        _ = try claim(house, forNanoseconds: Int64(seconds * 1e8))
        let before = MonotonicClock.nowNanoseconds
        let count = try claim(house, forNanoseconds: Int64(seconds * 1e9))
        guard count > 0 else { throw BenchError("no job was left to claim") }
        return Double(count) * 1e9 / Double(MonotonicClock.nowNanoseconds - before)
    }

    /// The CPU time of the store's thread for one claim in each folder, in microseconds, over
    /// `count` claims in each. The folders take turns every few commits, so that a machine that is
    /// slower for a while is slower for all of them.
    static func microseconds(
        folders: [String], count: Int
    ) throws(BenchError) -> [Double] {
        var houses: [StoreHouse] = []
        defer { for house in houses { house.close() } }
        for folder in folders { houses.append(try StoreHouse(folder: folder)) }
        for house in houses {
            for _ in 0..<(count / 10 / claimsPerCommit) { _ = try claimOnce(house) }
        }
        var nanoseconds = houses.map { _ in Int64(0) }
        var done = 0
        while done < count {
            for (place, house) in houses.enumerated() {
                let before = CPUTime.threadNanoseconds
                for _ in 0..<commitsPerTurn {
                    guard try claimOnce(house) == claimsPerCommit else {
                        throw BenchError("too few jobs were left to claim")
                    }
                }
                nanoseconds[place] += CPUTime.threadNanoseconds - before
            }
            done += commitsPerTurn * claimsPerCommit
        }
        return nanoseconds.map { Double($0) / 1_000 / Double(done) }
    }

    /// Claims until the time is over or nothing waits.
    private static func claim(
        _ house: StoreHouse, forNanoseconds time: Int64
    ) throws(BenchError) -> Int {
        let end = MonotonicClock.nowNanoseconds + time
        var count = 0
        while MonotonicClock.nowNanoseconds < end {
            let claimed = try claimOnce(house)
            guard claimed > 0 else { break }
            count += claimed
        }
        return count
    }

    private static let batch = Array(
        repeating: Command.pull(
            Pull(leaseMilliseconds: Limits.leaseMillisecondsMax, worker: "bench")),
        count: claimsPerCommit)

    private static func claimOnce(_ house: StoreHouse) throws(BenchError) -> Int {
        var count = 0
        for reply in try house.apply(batch) {
            if case .leased(let jobs) = reply { count += jobs.count }
        }
        return count
    }
}
