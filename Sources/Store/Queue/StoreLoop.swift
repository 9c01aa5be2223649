import Core
import Threads

/// What the store's thread does for as long as it lives.
final class StoreLoop {
    private let store: any Store
    private let mailbox: Mailbox<StoreRequest>
    private let clock: ServerClock
    private let deliver: @Sendable (StoreEvent) -> Void
    /// Requests that were taken and did not fit into the last batch.
    private var pending: ArraySlice<StoreRequest> = []
    /// The greatest number of a command that the store has seen.
    private var lastID = EnvelopeID(rawValue: 0)
    /// The last batch left something that is due.
    private var hasMore = true
    /// The last batch failed and the store has not come back yet.
    private var isBroken = false

    /// How long a broken store rests before it tries again.
    private static let recoveryRestNanoseconds: Int64 = 500_000_000

    init(
        store: any Store, mailbox: Mailbox<StoreRequest>, clock: ServerClock,
        deliver: @escaping @Sendable (StoreEvent) -> Void
    ) {
        self.store = store
        self.mailbox = mailbox
        self.clock = clock
        self.deliver = deliver
    }

    /// Runs until the mailbox is closed and empty.
    func run() {
        deliver(.started(store.period))
        while true {
            let dueNanoseconds = wakeNanoseconds()
            if pending.isEmpty {
                switch mailbox.take(
                    atMost: Limits.batchWeightMax, untilNanoseconds: dueNanoseconds)
                {
                case .values(let requests): pending = requests[...]
                case .deadlinePassed: break
                case .closed: return store.close()
                }
            }
            if isBroken {
                recover()
            } else if case .moveClock(let move, let id) = pending.first {
                pending.removeFirst()
                moveClock(move, id)
            } else {
                runBatch(dueNanoseconds: dueNanoseconds)
            }
        }
    }

    /// When to look again though nobody asks: a deadline of the store, or at once.
    private func wakeNanoseconds() -> Int64? {
        let now = MonotonicClock.nowNanoseconds
        if isBroken { return now + StoreLoop.recoveryRestNanoseconds }
        if hasMore { return now }
        return store.nextDeadlineSteadyMilliseconds(at: clock.now)
            .map { max(clock.realNanoseconds(ofSteady: $0), 0) }
    }

    /// Takes as many commands as one batch may weigh, and applies them.
    private func runBatch(dueNanoseconds: Int64?) {
        var batch: [Envelope] = []
        var weight = 0
        var due = dueNanoseconds ?? .max
        while weight < Limits.batchWeightMax,
            case .command(let envelope, let arrived) = pending.first
        {
            batch.append(envelope)
            weight += envelope.command.weight
            due = min(due, arrived)
            lastID = max(lastID, envelope.id)
            pending.removeFirst()
        }
        guard !store.isOverloaded else {
            hasMore = false
            return deliver(.refused(batch.map(\.id), .overloaded))
        }
        let late = max(0, (MonotonicClock.nowNanoseconds - due) / 1_000_000)
        apply(batch, lateMilliseconds: late)
    }

    private func apply(_ batch: [Envelope], lateMilliseconds: Int64) {
        do throws(StoreError) {
            let outcome = try store.apply(
                batch, at: clock.now, lateMilliseconds: lateMilliseconds)
            hasMore = outcome.hasMore
            deliver(.committed(outcome))
        } catch {
            isBroken = true
            deliver(.failed(batch.map(\.id), forgottenUpTo: lastID, error))
            recover()
        }
    }

    /// Tries to come back. Until it works nobody is kept waiting for it.
    private func recover() {
        let refused = pending.map(\.id)
        pending = []
        do throws(StoreError) {
            try store.recover(at: clock.now)
            isBroken = false
            hasMore = true
            deliver(.recovered(store.period))
            if !refused.isEmpty { deliver(.refused(refused, .storageUnavailable)) }
        } catch {
            deliver(.failed(refused, forgottenUpTo: lastID, error))
        }
    }

    /// Moves the clock, then does all that fell due by it before it says so.
    private func moveClock(_ move: ClockMove, _ id: EnvelopeID) {
        clock.move(move)
        repeat {
            apply([], lateMilliseconds: 0)
        } while !isBroken && (hasMore || isDue)
        deliver(.clockMoved(id, clock.now.wall))
    }

    private var isDue: Bool {
        let now = clock.now
        guard let next = store.nextDeadlineSteadyMilliseconds(at: now) else { return false }
        return next <= now.steadyMilliseconds
    }
}
