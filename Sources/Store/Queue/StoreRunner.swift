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
            let loop: StoreLoop
            do throws(StoreError) {
                loop = StoreLoop(
                    store: try makeStore(clock.now), mailbox: mailbox, clock: clock,
                    deliver: deliver)
            } catch {
                return deliver(.refusedToStart(error))
            }
            loop.run()
            deliver(.stopped)
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

/// What is asked of the store's thread.
enum StoreRequest: Sendable {
    case command(Envelope, arrivedNanoseconds: Int64)
    case moveClock(ClockMove, EnvelopeID)

    var id: EnvelopeID {
        switch self {
        case .command(let envelope, _): envelope.id
        case .moveClock(_, let id): id
        }
    }
}
