import Core
import Store
import Threads

/// The first of a month in the store alone: tenants that are out of quota may start jobs again,
/// while submits and pulls go on.
enum RollRun {
    /// Each batch has so many submits and pulls.
    private static let submitsPerCommit = 64
    private static let pullsPerCommit = 64

    /// The longest time between two commits in milliseconds, and the seconds until so many other
    /// tenants have been served.
    static func measure(
        folder: String, tenants count: Int
    ) throws(BenchError) -> (longestGap: Double, seconds: Double) {
        let house = try StoreHouse(folder: folder)
        defer { house.close() }
        for _ in 0..<20 { try house.apply(batch) }
        house.advanceToNextMonth()
        var served = Set<String>(minimumCapacity: count)
        var longest: Int64 = 0
        let start = MonotonicClock.nowNanoseconds
        var last = start
        while served.count < count {
            let before = served.count
            for reply in try house.apply(batch) {
                guard case .leased(let jobs) = reply else { continue }
                for job in jobs { served.insert(job.job.tenant) }
            }
            let now = MonotonicClock.nowNanoseconds
            longest = max(longest, now - last)
            last = now
            guard served.count > before || now - start < 60_000_000_000 else {
                throw BenchError("only \(served.count) of \(count) tenants were served")
            }
        }
        return (Double(longest) / 1e6, Double(last - start) / 1e9)
    }

    private static let batch: [Command] = {
        let job = JobSpec(kind: Stock.kind)
        let submits = (0..<submitsPerCommit).map { number in
            Command.enqueue(Enqueue(tenant: Stock.tenant(number * 100), jobs: [job]))
        }
        let pull = Pull(leaseMilliseconds: Limits.leaseMillisecondsMax, worker: "bench")
        return submits + Array(repeating: .pull(pull), count: pullsPerCommit)
    }()
}
