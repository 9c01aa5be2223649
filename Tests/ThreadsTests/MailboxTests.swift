import Testing
import Threads

@Suite struct `The mailbox` {
    @Test func `values are taken in the order in which they were posted`() {
        let box = Mailbox<Int>(countMax: 10)
        for value in 1...3 { #expect(box.post(value) == .accepted) }
        #expect(box.count == 3)
        #expect(box.take(atMost: 10) == .values([1, 2, 3]))
        #expect(box.count == 0)
    }

    @Test func `a take stops at its bound and leaves the rest`() {
        let box = Mailbox<Int>(countMax: 10)
        for value in 1...5 { _ = box.post(value) }
        #expect(box.take(atMost: 2) == .values([1, 2]))
        #expect(box.take(atMost: 2) == .values([3, 4]))
        #expect(box.take(atMost: 2) == .values([5]))
    }

    @Test func `a full mailbox refuses and takes again once it was emptied`() {
        let box = Mailbox<Int>(countMax: 2)
        #expect(box.post(1) == .accepted)
        #expect(box.post(2) == .accepted)
        #expect(box.post(3) == .full)
        #expect(box.take(atMost: 1) == .values([1]))
        #expect(box.post(4) == .accepted)
        #expect(box.take(atMost: 9) == .values([2, 4]))
    }

    @Test func `an empty mailbox reports that the deadline has passed`() {
        let box = Mailbox<Int>(countMax: 2)
        #expect(box.take(atMost: 1, untilNanoseconds: 0) == .deadlinePassed)
        let soon = MonotonicClock.nowNanoseconds + 2_000_000
        #expect(box.take(atMost: 1, untilNanoseconds: soon) == .deadlinePassed)
        #expect(MonotonicClock.nowNanoseconds >= soon)
    }

    @Test func `a value that waits comes before a deadline that has passed`() {
        let box = Mailbox<Int>(countMax: 2)
        _ = box.post(1)
        #expect(box.take(atMost: 1, untilNanoseconds: 0) == .values([1]))
    }

    @Test func `what waits when a mailbox closes is still taken`() {
        let box = Mailbox<Int>(countMax: 2)
        _ = box.post(1)
        box.close()
        #expect(box.post(2) == .closed)
        #expect(box.take(atMost: 9) == .values([1]))
        #expect(box.take(atMost: 9) == .closed)
    }

    @Test func `closing wakes an owner that waits without a deadline`() throws {
        let box = Mailbox<Int>(countMax: 2)
        let seen = Mailbox<Bool>(countMax: 1)
        let owner = try Thread(name: "test-owner") {
            _ = seen.post(box.take(atMost: 1) == .closed)
        }
        box.close()
        owner.join()
        #expect(seen.take(atMost: 1) == .values([true]))
    }

    @Test func `nothing is lost or repeated between four posters and one owner`() throws {
        let perPoster = 2_000
        let box = Mailbox<Int>(countMax: 4 * perPoster)
        let posters = try (0..<4).map { poster in
            try Thread(name: "test-poster") {
                for step in 0..<perPoster { _ = box.post(poster * perPoster + step) }
            }
        }
        var taken: [Int] = []
        while taken.count < 4 * perPoster {
            guard case .values(let values) = box.take(atMost: 64) else { break }
            taken += values
        }
        for poster in posters { poster.join() }
        #expect(taken.sorted() == Array(0..<4 * perPoster))
        for poster in 0..<4 {
            let own = taken.filter { $0 / perPoster == poster }
            #expect(own == own.sorted())
        }
    }
}
