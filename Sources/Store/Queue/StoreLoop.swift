import Core

/// What the store's thread does at each turn: it groups what was asked into batches, gives each to
/// the store, and tells what came of it. It starts no thread and waits for nobody, so that a test
/// can take its turns one by one.
package final class StoreLoop {
    private let store: any Store
    private let clock: ServerClock
    private let batchWeightMax: Int
    private let deliver: @Sendable (StoreEvent) -> Void
    /// Requests that were taken and did not fit into the last batch.
    private var pending: ArraySlice<StoreRequest> = []
    /// Heartbeats among them, which do not wait their turn.
    private var heartbeats: ArraySlice<StoreRequest> = []
    /// The greatest number of a command that the store has seen.
    private var lastID = EnvelopeID(rawValue: 0)
    /// The last batch left something that is due.
    private var hasMore = true
    /// The last batch failed and the store has not come back yet.
    private var isBroken = false
    /// What was last told about the store's log.
    private var isOverloaded = false
    /// Before this a broken store is not tried again, nor an overlong log copied again.
    private var nextAttemptNanoseconds = Int64.min
    /// The log was tried in this turn.
    private var isRelieved = false
    private var lastRecoveryNanoseconds: Int64?
    /// When the last batch began.
    private var lastBatchNanoseconds: Int64
    /// When the turn that comes next is due, as was said before waiting for it.
    private var dueNanoseconds: Int64?

    /// How long a broken store rests before it tries again.
    private static let recoveryRestNanoseconds: Int64 = 500_000_000
    /// How long a store whose log is too long rests between two tries to copy it.
    private static let overloadRestNanoseconds: Int64 = 20_000_000
    /// The clocks are looked at this often, whatever is due: somebody may set the wall clock, and a
    /// process that was stopped finds out here for how long.
    private static let watchNanoseconds: Int64 = 1_000_000_000

    /// The turns of a store that is open.
    package init(
        store: any Store, clock: ServerClock, batchWeightMax: Int = Limits.batchWeightMax,
        deliver: @escaping @Sendable (StoreEvent) -> Void
    ) {
        self.store = store
        self.clock = clock
        self.batchWeightMax = batchWeightMax
        self.deliver = deliver
        lastBatchNanoseconds = clock.realNanoseconds
    }

    /// Says that the store is open, before the first turn.
    package func start() throws(StoreError) {
        deliver(.started(try store.opening()))
    }

    /// The end of an orderly stop, after the last turn.
    package func close() { store.close() }

    /// True if the next turn has something to do already.
    package var hasPending: Bool { !pending.isEmpty || !heartbeats.isEmpty }

    /// When the next turn is due though nobody asks, in nanoseconds of the real steady clock. Where
    /// nobody sets the wall clock behind its back there is no need to watch it.
    package func wakeNanoseconds(watchesClocks: Bool = true) -> Int64 {
        let now = clock.realNanoseconds
        let due: Int64
        if isBroken || isOverloaded {
            due = nextAttemptNanoseconds
        } else if hasMore || hasPending {
            due = now
        } else {
            let deadline = store.nextDeadlineSteadyMilliseconds(at: clock.now)
            due = min(
                deadline.map(clock.realNanoseconds(ofSteady:)) ?? .max,
                watchesClocks ? now + StoreLoop.watchNanoseconds : .max)
        }
        dueNanoseconds = due
        return due
    }

    /// Takes requests in, and does one batch of what there is to do.
    package func turn(_ requests: [StoreRequest] = []) {
        for request in requests {
            if request.isHeartbeat { heartbeats.append(request) } else { pending.append(request) }
        }
        if isBroken { return recover() }
        if checkOverload() {
            refuseNewWork()
            // What falls due by itself is done, no faster than the log is tried.
            guard hasPending || isRelieved else { return }
        }
        if heartbeats.isEmpty, case .moveClock(let move, let id) = pending.first {
            pending.removeFirst()
            moveClock(move, id)
        } else {
            runBatch()
        }
    }

    // MARK: Batches

    /// Takes as many commands as one batch may weigh, and applies them. Heartbeats come first,
    /// whatever waits before them: no lease may end while its heartbeat stands in line.
    private func runBatch() {
        var batch: [Envelope] = []
        var weight = 0
        var due = dueNanoseconds ?? .max
        while weight < batchWeightMax, case .command(let envelope, let arrived) = heartbeats.first {
            batch.append(envelope)
            weight += envelope.command.weight
            due = min(due, arrived)
            heartbeats.removeFirst()
        }
        while weight < batchWeightMax, case .command(let envelope, let arrived) = pending.first {
            batch.append(envelope)
            weight += envelope.command.weight
            due = min(due, arrived)
            lastID = max(lastID, envelope.id)
            pending.removeFirst()
        }
        var heartbeatsWaitSince: Int64?
        if case .command(_, let arrived) = heartbeats.first {
            heartbeatsWaitSince = clock.steadyMilliseconds(ofReal: arrived)
        }
        apply(
            batch, lateMilliseconds: lateMilliseconds(due: due),
            heartbeatsWaitSince: heartbeatsWaitSince)
    }

    /// How long this batch was held up. What waited because the last batch was at work has been
    /// held up since that one began, and no longer.
    private func lateMilliseconds(due: Int64) -> Int64 {
        dueNanoseconds = nil
        return max(0, clock.realNanoseconds - max(due, lastBatchNanoseconds)) / 1_000_000
    }

    private func apply(
        _ batch: [Envelope], lateMilliseconds: Int64, heartbeatsWaitSince: Int64? = nil
    ) {
        lastBatchNanoseconds = clock.realNanoseconds
        let isLate = lateMilliseconds > Limits.batchDelayMillisecondsMax
        guard !batch.isEmpty || hasMore || isDue || isLate else { return }
        do throws(StoreError) {
            let outcome = try store.apply(
                batch, at: clock.now, lateMilliseconds: lateMilliseconds,
                heartbeatsWaitSince: heartbeatsWaitSince)
            hasMore = outcome.hasMore
            deliver(.committed(outcome))
        } catch {
            isBroken = true
            nextAttemptNanoseconds =
                lastRecoveryNanoseconds.map { $0 + StoreLoop.recoveryRestNanoseconds } ?? .min
            deliver(.failed(batch.map(\.id), forgottenUpTo: lastID, error))
            recover()
        }
    }

    private var isDue: Bool {
        let now = clock.now
        guard let next = store.nextDeadlineSteadyMilliseconds(at: now) else { return false }
        return next <= now.steadyMilliseconds
    }

    /// Moves the clock, then does all that fell due by it before it says so.
    private func moveClock(_ move: ClockMove, _ id: EnvelopeID) {
        clock.move(move)
        hasMore = true
        while !isBroken, hasMore || isDue { apply([], lateMilliseconds: 0) }
        deliver(
            isBroken
                ? .refused([id], .storageUnavailable) : .clockMoved(id, to: clock.now))
    }

    // MARK: Failure

    /// Tries to come back. Until that works, what is asked is refused at once: nobody waits for a
    /// disk. What was not looked at waits only for the first try.
    private func recover() {
        guard clock.realNanoseconds >= nextAttemptNanoseconds else { return refusePending() }
        do throws(StoreError) {
            try store.recover(at: clock.now)
            let opening = try store.opening()
            isBroken = false
            hasMore = true
            lastRecoveryNanoseconds = clock.realNanoseconds
            lastBatchNanoseconds = clock.realNanoseconds
            deliver(.recovered(opening))
        } catch {
            nextAttemptNanoseconds = clock.realNanoseconds + StoreLoop.recoveryRestNanoseconds
            deliver(.failed([], forgottenUpTo: lastID, error))
            refusePending()
        }
    }

    private func refusePending() {
        let refused = heartbeats + pending
        guard !refused.isEmpty else { return }
        deliver(.refused(refused.map(\.id), .storageUnavailable))
        heartbeats = []
        pending = []
    }

    // MARK: Overload

    /// True while the log is too long. Copying it is tried at each rest.
    private func checkOverload() -> Bool {
        var now = store.isOverloaded
        isRelieved = now && clock.realNanoseconds >= nextAttemptNanoseconds
        if isRelieved {
            store.relieve()
            nextAttemptNanoseconds = clock.realNanoseconds + StoreLoop.overloadRestNanoseconds
            now = store.isOverloaded
        }
        if now != isOverloaded {
            isOverloaded = now
            deliver(.overloaded(now))
        }
        return now
    }

    /// Workers go on with what they have; nobody gets or brings more.
    private func refuseNewWork() {
        let refused = pending.filter(\.bringsWork)
        guard !refused.isEmpty else { return }
        deliver(.refused(refused.map(\.id), .overloaded))
        pending.removeAll(where: \.bringsWork)
    }
}
