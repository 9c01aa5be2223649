import Synchronization
import Testing
import Threads

@Suite struct `A crew` {
    @Test(arguments: [1, 2, 5])
    func `does each piece once, and tells of them in order`(threads: Int) throws {
        let times = Mutex<[Int: Int]>([:])
        let results = try Crew.results(
            through: 200, threads: threads, name: "crew",
            isLast: { _ in false }
        ) { index in
            times.withLock { $0[index, default: 0] += 1 }
            return index * index
        }
        #expect(results == (0..<200).map { $0 * $0 })
        #expect(times.withLock { $0.values.allSatisfy { $0 == 1 } })
    }

    @Test func `begins nothing after the last`() throws {
        let results = try Crew.results(
            through: 1_000, threads: 1, name: "crew",
            isLast: { $0 == 7 }
        ) { $0 }
        #expect(results == Array(0...7))
    }

    @Test func `of many ends soon after the last`() throws {
        let results = try Crew.results(
            through: 100_000, threads: 4, name: "crew", isLast: { $0 >= 7 }
        ) { $0 }
        #expect(results.contains(7) && results.count < 100_000)
        #expect(results == results.sorted())
    }

    @Test func `has nothing to tell of no work`() throws {
        let results = try Crew.results(
            through: 0, threads: 3, name: "crew",
            isLast: { (_: Int) in false }
        ) { $0 }
        #expect(results.isEmpty)
    }
}
