import EventLoop
import Testing
import Threads

@Suite struct `The loop` {
    @Test func `a loop without handles ends at once and closes clean`() throws {
        try withLoop { loop in
            var turns = 0
            loop.schedule(after: 0) {
                turns += 1
                loop.stop()
            }
            loop.run()
            #expect(turns == 1)
        }
    }

    @Test func `deadlines come in the order of their times and not early`() throws {
        try withLoop { loop in
            let began = MonotonicClock.nowMilliseconds
            var seen: [Int] = []
            loop.schedule(after: 6) { seen.append(2) }
            loop.schedule(after: 3) { seen.append(1) }
            loop.schedule(after: 9) {
                seen.append(3)
                loop.stop()
            }
            loop.run()
            #expect(seen == [1, 2, 3])
            #expect(MonotonicClock.nowMilliseconds - began >= 8)
        }
    }

    @Test func `a single turn ends with a deadline that was due before it began`() throws {
        try withLoop { loop in
            loop.schedule(after: 1) {}
            while MonotonicClock.nowMilliseconds <= loop.now + 1 {}
            var isLate = false
            let late = loop.schedule(after: 3_000) { isLate = true }
            loop.runOnce()
            loop.updateNow()
            #expect(loop.cancel(late))
            #expect(!isLate)
        }
    }

    @Test func `a rescheduled deadline comes once, at its new time`() throws {
        try withLoop { loop in
            var count = 0
            let id = loop.schedule(after: 1) { count += 1 }
            #expect(loop.reschedule(id, after: 8))
            loop.schedule(after: 4) { #expect(count == 0) }
            loop.run { count == 1 }
            #expect(!loop.reschedule(id, after: 1))
        }
    }

    @Test func `a cancelled deadline does not come`() throws {
        try withLoop { loop in
            var seen: [Int] = []
            var second: DeadlineID?
            loop.schedule(after: 1) {
                seen.append(1)
                if let second { #expect(loop.cancel(second)) }
            }
            second = loop.schedule(after: 1) { seen.append(2) }
            var isDone = false
            loop.schedule(after: 3) { isDone = true }
            loop.run { isDone }
            #expect(seen == [1])
        }
    }

    @Test func `actions that schedule each other leave room for the others`() throws {
        try withLoop { loop in
            var laps = 0
            func again() {
                laps += 1
                loop.schedule(after: 0, again)
            }
            again()
            var isDone = false
            loop.schedule(after: 5) { isDone = true }
            loop.run { isDone }
            #expect(laps >= 2)
            #expect(laps < 1_000)
        }
    }

    @Test func `a deadline put off without end does not keep the loop`() throws {
        let loop = try Loop()
        let id = loop.schedule(after: 1) { Issue.record("it came") }
        loop.reschedule(id, after: DeadlineQueue.never)
        loop.run()
        #expect(loop.close() == 0)
    }

    @Test func `an error tells what was done, the code and its meaning`() {
        let error = UVError("bind", code: -98)
        #expect(error.name == "EADDRINUSE")
        #expect(error.description == "bind: address already in use (EADDRINUSE)")
    }

    @Test func `the limit of open files can be raised to the hard one`() throws {
        let first = try ProcessLimits.raiseOpenFilesToMaximum()
        #expect(first > 0)
        #expect(try ProcessLimits.raiseOpenFilesToMaximum() == first)
    }
}
