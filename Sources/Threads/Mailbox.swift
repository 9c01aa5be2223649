/// Values on their way to one thread, which waits for them and takes many at a time.
///
/// Any thread posts. The owner's `take` returns all that came while it was busy, up to a bound:
/// this is what turns single commands into batches. Closing lets the owner take the rest.
package final class Mailbox<Value: Sendable>: @unchecked Sendable {
    private let monitor = Monitor()
    private let countMax: Int
    // SAFETY: the fields below are touched only while `monitor` is locked.
    private var waiting: [Value] = []
    private var isClosed = false
    private var takersAsleep = 0

    /// A mailbox that refuses more than `countMax` waiting values.
    package init(countMax: Int) {
        precondition(countMax > 0, "a mailbox for \(countMax) values can take none")
        self.countMax = countMax
    }

    /// How many values wait now.
    package var count: Int {
        monitor.lock()
        defer { monitor.unlock() }
        return waiting.count
    }

    /// Puts a value in, unless the mailbox is full or closed. Never waits.
    package func post(_ value: Value) -> MailboxPost {
        monitor.lock()
        defer { monitor.unlock() }
        if isClosed { return .closed }
        if waiting.count >= countMax { return .full }
        waiting.append(value)
        if takersAsleep > 0 { monitor.signal() }
        return .accepted
    }

    /// Waits for a value, then takes up to `takeMax` of them, oldest first.
    ///
    /// A deadline is in nanoseconds of `MonotonicClock`; nil waits without end, and one that has
    /// passed only looks. Values that are there come before a deadline, and before `closed`.
    package func take(
        atMost takeMax: Int, untilNanoseconds deadline: Int64? = nil
    ) -> MailboxTake<Value> {
        precondition(takeMax > 0, "a take of \(takeMax) values would never empty the mailbox")
        monitor.lock()
        defer { monitor.unlock() }
        while waiting.isEmpty {
            if isClosed { return .closed }
            guard sleep(until: deadline) else { break }
        }
        return waiting.isEmpty ? .deadlinePassed : .values(takeWaiting(takeMax))
    }

    /// Refuses all later posts and wakes the owner.
    package func close() {
        monitor.lock()
        defer { monitor.unlock() }
        isClosed = true
        monitor.signalAll()
    }

    /// Sleeps once; false when the deadline has passed. The monitor is locked before and after.
    private func sleep(until deadline: Int64?) -> Bool {
        takersAsleep += 1
        defer { takersAsleep -= 1 }
        guard let deadline else {
            monitor.wait()
            return true
        }
        return monitor.wait(untilNanoseconds: deadline)
    }

    /// A part is only cut off when more waits than one batch takes; the shift that this costs is
    /// bounded by `countMax` and small beside the batch that follows it.
    private func takeWaiting(_ takeMax: Int) -> [Value] {
        if waiting.count <= takeMax {
            let all = waiting
            waiting = []
            waiting.reserveCapacity(all.count)
            return all
        }
        let part = Array(waiting.prefix(takeMax))
        waiting.removeFirst(takeMax)
        return part
    }
}
