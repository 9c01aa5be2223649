import Core
import Testing

@testable import Store

@Suite struct GateWalkTests {
    private let monday = Day(containing: StoreBench.noon)
    private let tuesday = Day(containing: StoreBench.noon.adding(86_400_000))

    @Test func `it comes to each tenant once and ends`() {
        var walk = GateWalk()
        #expect(!walk.isUnderWay)
        #expect(walk.next(of: 3) == nil)
        walk.begin(since: monday)
        #expect((0..<4).map { _ in walk.next(of: 3) } == [0, 1, 2, nil])
        #expect(!walk.isUnderWay)
    }

    @Test func `what begins on the way is walked for from the start, however often it does`() {
        var walk = GateWalk()
        walk.begin(since: tuesday)
        #expect(walk.next(of: 3) == 0)
        walk.begin(since: monday)
        walk.begin(since: tuesday)
        #expect(walk.earliestDay(orElse: tuesday) == monday)
        #expect(walk.isAhead(0), "it was passed before the second change")
        #expect((0..<6).map { _ in walk.next(of: 3) } == [1, 2, 0, 1, 2, nil])
    }

    @Test func `a change a step cannot keep the last tenant from its turn`() {
        var walk = GateWalk()
        var seen: [Int?] = []
        for _ in 0..<6 {
            walk.begin(since: monday)
            seen.append(walk.next(of: 3))
        }
        #expect(seen == [0, 1, 2, 0, 1, 2])
    }

    @Test func `only those are ahead that it has not come to`() {
        var walk = GateWalk()
        #expect(!walk.isAhead(0))
        walk.begin(since: monday)
        _ = walk.next(of: 3)
        #expect((0..<3).map(walk.isAhead) == [false, true, true])
    }

    @Test func `it looks at what gates were decided by until the wall clock went back`() {
        var walk = GateWalk()
        let now = StoreBench.noon
        walk.begin(since: monday, backFrom: now.adding(9))
        walk.begin(since: monday, backFrom: now.adding(5))
        #expect(walk.latestWall(orElse: now) == now.adding(9))
        #expect(walk.latestWall(orElse: now.adding(10)) == now.adding(10), "it went on since")
        while walk.next(of: 3) != nil {}
        #expect(walk.latestWall(orElse: now) == now)
    }
}
