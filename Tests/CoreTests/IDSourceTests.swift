import Core
import Testing

@Suite struct `The source of ids` {
    private let noon = Timestamp(milliseconds: 1_795_608_000_000)

    @Test func `an id is the milliseconds since 2025, the node and a sequence`() {
        var source = IDSource(node: 3)
        let id = source.next(at: Timestamp.idEpoch.adding(5))
        #expect(id == 5 << 22 | 3 << 14 | 0)
        #expect(source.next(at: Timestamp.idEpoch.adding(5)) == id + 1)
        #expect(source.next(at: Timestamp.idEpoch.adding(6)) == 6 << 22 | 3 << 14)
    }

    @Test func `twenty thousand ids of one millisecond strictly increase`() {
        var source = IDSource()
        var last: Int64 = 0
        for _ in 0..<20_000 {
            let id = source.next(at: noon)
            guard id > last else {
                Issue.record("\(id) follows \(last)")
                return
            }
            last = id
        }
        // They ran into the next millisecond; the clock catches up and takes over again.
        #expect(last >> 22 == noon.since(.idEpoch) + 1)
        #expect(source.next(at: noon.adding(2)) >> 22 == noon.since(.idEpoch) + 2)
    }

    @Test func `ids increase while the clock goes back`() {
        var source = IDSource()
        let first = source.next(at: noon)
        let second = source.next(at: noon.adding(-86_400_000))
        let third = source.next(at: Timestamp(milliseconds: 0))
        let fourth = source.next(at: Timestamp(milliseconds: -1))
        #expect(first < second && second < third && third < fourth)
    }

    @Test func `ids increase over any steps of the clock and restarts`() {
        var random = Random(seed: 6)
        var source = IDSource(node: 7)
        var now = noon
        var last: Int64 = 0
        for step in 0..<20_000 {
            now = now.adding(Int64.random(in: -3...3, using: &random))
            if step % 97 == 0 {
                source = IDSource(node: UInt8.random(in: 0...255, using: &random), after: last)
            }
            let id = source.next(at: now)
            guard id > last else {
                Issue.record("step \(step): \(id) follows \(last)")
                return
            }
            last = id
        }
    }

    @Test(arguments: [0, 5, 255] as [UInt8])
    func `after a restart with an earlier clock ids go on behind the last one`(node: UInt8) {
        var before = IDSource(node: 5)
        let last = before.next(at: noon)
        var after = IDSource(node: node, after: last)
        #expect(after.next(at: noon.adding(-60_000)) > last)
    }

    @Test func `ids of a time are at or above its floor, earlier ones below`() {
        var source = IDSource(node: 255)
        let earlier = source.next(at: noon.adding(-1))
        let floor = IDSource.floor(at: noon)
        #expect(earlier < floor)
        #expect(source.next(at: noon) >= floor)
        #expect(IDSource.floor(at: Timestamp(milliseconds: 0)) == 0)
        #expect(IDSource.floor(at: Timestamp(milliseconds: Int64.max / 2)) > floor)
    }

    @Test func `a clock beyond the year 2094 ends the program with a sentence`() async {
        await #expect(processExitsWith: .failure) {
            var source = IDSource()
            _ = source.next(at: Timestamp.idEpoch.adding(1 << 41))
        }
    }
}
