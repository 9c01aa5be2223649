import Glibc
import Synchronization
import Testing
import Threads

@Suite struct `Work on the side` {
    /// Counts who is at it, and keeps them there until it is opened.
    private final class Gate: Sendable {
        let counts = Mutex<(at: Int, most: Int, done: Int, isOpen: Bool)>((0, 0, 0, false))

        func pass() {
            counts.withLock { counts in
                counts.at += 1
                counts.most = max(counts.most, counts.at)
            }
            while !counts.withLock(\.isOpen) { _ = sched_yield() }
            counts.withLock { counts in
                counts.at -= 1
                counts.done += 1
            }
        }

        func wait(until done: Int) {
            while counts.withLock(\.done) < done { _ = sched_yield() }
        }
    }

    @Test func `is done by few threads, all of it`() {
        let gate = Gate()
        let side = SideWork(name: "side", threadsMax: 3, waitingMax: 100)
        for _ in 0..<20 { #expect(side.add { gate.pass() }) }
        while gate.counts.withLock(\.at) < 3 { _ = sched_yield() }
        gate.counts.withLock { $0.isOpen = true }
        gate.wait(until: 20)
        #expect(gate.counts.withLock(\.most) == 3)
        // The threads have gone, and come again.
        #expect(side.add { gate.pass() })
        gate.wait(until: 21)
    }

    @Test func `is not taken where too much waits`() {
        let gate = Gate()
        let side = SideWork(name: "side", threadsMax: 1, waitingMax: 2)
        #expect(side.add { gate.pass() })
        while gate.counts.withLock(\.at) < 1 { _ = sched_yield() }
        #expect(side.add { gate.pass() })
        #expect(side.add { gate.pass() })
        #expect(!side.add { gate.pass() })
        gate.counts.withLock { $0.isOpen = true }
        gate.wait(until: 3)
    }
}
