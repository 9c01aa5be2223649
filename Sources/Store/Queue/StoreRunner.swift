package import Core
package import Threads

/// The store's thread: it takes all commands that came while the last commit ran and applies them
/// as one batch. That is group commit, with no timer. Nothing but values crosses to it and back.
package final class StoreRunner {
    private let mailbox: Mailbox<StoreRequest>
    private let thread: Thread

    /// Starts the thread. `makeStore` runs on it and makes the store that it owns; `deliver` is
    /// called on it with everything that happens.
    package init(
        clock: ServerClock,
        makeStore: @escaping @Sendable (Moment) throws(StoreError) -> any Store,
        deliver: @escaping @Sendable (StoreEvent) -> Void
    ) throws(ThreadError) {
        let mailbox = Mailbox<StoreRequest>(countMax: Limits.queuedWeightMax)
        self.mailbox = mailbox
        thread = try Thread(name: "store") {
            do throws(StoreError) {
                let store = try makeStore(clock.now)
                let loop = StoreLoop(store: store, clock: clock, deliver: deliver)
                try loop.start()
                // All rows that memory was made of were there twice.
                Heap.giveBack()
                StoreRunner.run(loop, taking: mailbox)
            } catch {
                return deliver(.refusedToStart(error))
            }
            deliver(.stopped)
        }
    }

    /// Takes turns until the mailbox is closed and empty.
    private static func run(_ loop: StoreLoop, taking mailbox: Mailbox<StoreRequest>) {
        while true {
            // All that has come is taken in, beyond what one batch does: heartbeats go ahead.
            switch mailbox.take(
                atMost: Limits.queuedWeightMax, untilNanoseconds: loop.wakeNanoseconds())
            {
            case .values(let requests): loop.turn(requests)
            case .deadlinePassed: loop.turn()
            case .closed:
                while loop.hasPending { loop.turn() }
                return loop.close()
            }
        }
    }

    /// Hands a command over. False: too many wait, and it was not taken.
    package func post(_ envelope: Envelope) -> Bool {
        mailbox.post(.command(envelope, arrivedNanoseconds: MonotonicClock.nowNanoseconds))
            == .accepted
    }

    /// Moves the test clock between two batches.
    package func post(_ move: ClockMove, _ id: EnvelopeID) -> Bool {
        mailbox.post(.moveClock(move, id)) == .accepted
    }

    /// Ends the thread once all that was handed over is done.
    package func stop() {
        mailbox.close()
        thread.join()
    }
}
