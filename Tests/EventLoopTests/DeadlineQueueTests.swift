import EventLoop
import Testing

@Suite struct `The queue of deadlines` {
    /// Takes all that is due and returns in which order it ran.
    private func run(_ queue: inout DeadlineQueue, at now: Int64) {
        let bound = queue.orderNow
        while let action = queue.takeDue(at: now, setBefore: bound) { action() }
    }

    @Test func `deadlines come by time, equal ones in the order in which they were set`() {
        var queue = DeadlineQueue()
        var seen: [String] = []
        for (name, time) in [("c", 30), ("a", 10), ("d", 30), ("b", 20)] as [(String, Int64)] {
            _ = queue.set(at: time) { seen.append(name) }
        }
        #expect(queue.earliest == 10)
        run(&queue, at: 9)
        #expect(seen == [])
        run(&queue, at: 30)
        #expect(seen == ["a", "b", "c", "d"])
        #expect(queue.count == 0)
        #expect(queue.earliest == DeadlineQueue.never)
    }

    @Test func `a cancelled deadline does not come, and its name means nothing any more`() {
        var queue = DeadlineQueue()
        var seen: [Int] = []
        let first = queue.set(at: 1) { seen.append(1) }
        _ = queue.set(at: 2) { seen.append(2) }
        let cancels = [queue.cancel(first), queue.cancel(first)]
        #expect(cancels == [true, false])
        let third = queue.set(at: 3) { seen.append(3) }
        #expect(third != first)
        let hasMoved = queue.move(first, to: 0)
        #expect(!hasMoved)
        run(&queue, at: 5)
        #expect(seen == [2, 3])
    }

    @Test func `a deadline that was moved later does not come early`() {
        var queue = DeadlineQueue()
        var seen: [Int] = []
        let id = queue.set(at: 10) { seen.append(1) }
        let hasMoved = queue.move(id, to: 50)
        #expect(hasMoved)
        run(&queue, at: 10)
        #expect(seen == [])
        #expect(queue.earliest == 50)
        run(&queue, at: 50)
        #expect(seen == [1])
        let hasMovedAgain = queue.move(id, to: 60)
        #expect(!hasMovedAgain)
    }

    @Test func `a deadline that was moved later keeps its place when all come late`() {
        var queue = DeadlineQueue()
        var seen: [Int] = []
        let id = queue.set(at: 1) { seen.append(8) }
        queue.move(id, to: 8)
        _ = queue.set(at: 4) { seen.append(4) }
        run(&queue, at: 20)
        #expect(seen == [4, 8])
    }

    @Test func `a deadline that was moved earlier comes early`() {
        var queue = DeadlineQueue()
        var seen: [Int] = []
        _ = queue.set(at: 10) { seen.append(10) }
        let id = queue.set(at: 50) { seen.append(50) }
        queue.move(id, to: 5)
        #expect(queue.earliest == 5)
        run(&queue, at: 10)
        #expect(seen == [50, 10])
    }

    @Test func `what is set during a turn waits for the next`() {
        var queue = DeadlineQueue()
        _ = queue.set(at: 1) {}
        let bound = queue.orderNow
        _ = queue.set(at: 1) {}
        let first = queue.takeDue(at: 1, setBefore: bound)
        let second = queue.takeDue(at: 1, setBefore: bound)
        #expect(first != nil)
        #expect(second == nil)
        #expect(queue.count == 1)
    }

    @Test(arguments: 1...20)
    func `it agrees with a sorted list over random steps`(seed: UInt64) {
        var random = seed &* 0x9E37_79B9_7F4A_7C15
        func next(_ bound: UInt64) -> Int64 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int64((random >> 33) % bound)
        }
        var queue = DeadlineQueue()
        var model: [Int: Int64] = [:]
        var ids: [Int: DeadlineID] = [:]
        var fired: [Int] = []
        var now: Int64 = 0
        for step in 0..<500 {
            let chosen = Int(next(UInt64(step + 1)))
            switch next(5) {
            case 0, 1:
                let time = now + next(100)
                ids[step] = queue.set(at: time) { fired.append(step) }
                model[step] = time
            case 2:
                let time = now + next(100)
                let isThere = ids[chosen].map { queue.move($0, to: time) } ?? false
                #expect(isThere == (model[chosen] != nil))
                if isThere { model[chosen] = time }
            case 3:
                let isThere = ids[chosen].map { queue.cancel($0) } ?? false
                #expect(isThere == (model.removeValue(forKey: chosen) != nil))
            default:
                now += next(30)
                fired = []
                run(&queue, at: now)
                let due = model.filter { $0.value <= now }.keys.sorted()
                #expect(fired.sorted() == due)
                for key in due { model[key] = nil }
            }
            #expect(queue.count == model.count)
            #expect(queue.earliest <= model.values.min() ?? DeadlineQueue.never)
        }
    }
}
