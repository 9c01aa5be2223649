import Core
import Store
import Synchronization
import Testing
import Threads

@Suite struct `The store's thread` {
    /// A store that does what the test says, and says what it was asked.
    private final class Script: Sendable {
        let failures = Mutex<Int>(0)
        let batches = Mutex<[[UInt64]]>([])
        let recoveries = Mutex<Int>(0)
        let closed = Mutex<Bool>(false)
    }

    private final class ScriptedStore: Store {
        private let script: Script
        private var commit: UInt64 = 0
        /// When the store wants to be woken by itself.
        private var deadline: Int64?

        init(_ script: Script, deadline: Int64? = nil) {
            self.script = script
            self.deadline = deadline
        }

        let day = Day(number: 20_773)!
        let catalog = PlanCatalog.standard
        let enforcement = Enforcement.full

        var isOverloaded: Bool { false }

        func apply(
            _ batch: [Envelope], at now: Moment, lateMilliseconds: Int64,
            heartbeatsWaitSince: Int64?
        ) throws(StoreError) -> BatchOutcome {
            if let due = deadline, due <= now.steadyMilliseconds { deadline = nil }
            let mustFail = script.failures.withLock { left in
                defer { left = max(0, left - 1) }
                return left > 0
            }
            if mustFail { throw StoreError(.diskFull, "the disk is full") }
            script.batches.withLock { $0.append(batch.map(\.id.rawValue)) }
            commit += 1
            var outcome = BatchOutcome(commit: commit, day: day)
            outcome.answers = batch.map { Answer(id: $0.id, reply: .done) }
            return outcome
        }

        func nextDeadlineSteadyMilliseconds(at now: Moment) -> Int64? { deadline }

        func relieve() {}

        func opening() -> StoreOpening {
            StoreOpening(
                day: day, catalog: catalog, enforcement: enforcement, keys: [])
        }

        func recover(at now: Moment) { script.recoveries.withLock { $0 += 1 } }

        func close() { script.closed.withLock { $0 = true } }
    }

    /// Starts a thread over the script, and hands out its events.
    private func start(
        _ script: Script, clock: ServerClock = ServerClock(), deadline: Int64? = nil
    ) throws -> (StoreRunner, Mailbox<StoreEvent>) {
        let events = Mailbox<StoreEvent>(countMax: 1_000)
        let runner = try StoreRunner(
            clock: clock, makeStore: { _ in ScriptedStore(script, deadline: deadline) },
            deliver: { _ = events.post($0) })
        return (runner, events)
    }

    private func read(_ id: UInt64) -> Envelope {
        Envelope(id: EnvelopeID(rawValue: id), command: .readTenant("acme"))
    }

    /// Reads events until `body` has seen what it wants.
    private func wait(
        _ events: Mailbox<StoreEvent>, _ body: (StoreEvent) -> Bool
    ) {
        while case .values(let found) = events.take(atMost: 1) {
            if body(found[0]) { return }
        }
    }

    @Test func `every command is answered, after a commit, in batches`() throws {
        let script = Script()
        let (runner, events) = try start(script)
        for id in 1...500 { #expect(runner.post(read(UInt64(id)))) }
        var answered = 0
        wait(events) { event in
            if case .committed(let outcome) = event { answered += outcome.answers.count }
            return answered == 500
        }
        runner.stop()
        let batches = script.batches.withLock { $0.filter { !$0.isEmpty } }
        #expect(batches.flatMap { $0 } == Array(1...500))
        #expect(batches.count < 500, "nothing was grouped")
        #expect(script.closed.withLock { $0 })
    }

    @Test func `a batch that fails is told as failed, and the store starts over`() throws {
        let script = Script()
        let (runner, events) = try start(script)
        wait(events) { if case .committed = $0 { true } else { false } }
        script.failures.withLock { $0 = 1 }
        #expect(runner.post(read(7)))
        var failed: [EnvelopeID] = []
        var isRecovered = false
        wait(events) { event in
            if case .failed(let ids, let last, let error) = event {
                failed += ids
                #expect(last == EnvelopeID(rawValue: 7))
                #expect(error.kind == .diskFull)
            }
            if case .recovered = event { isRecovered = true }
            return isRecovered
        }
        #expect(failed == [EnvelopeID(rawValue: 7)])
        #expect(script.recoveries.withLock { $0 } == 1)
        #expect(runner.post(read(8)))
        wait(events) { event in
            if case .committed(let outcome) = event {
                return outcome.answers.contains { $0.id == EnvelopeID(rawValue: 8) }
            }
            return false
        }
        runner.stop()
    }

    @Test func `the test clock moves between batches and answers when all due is done`() throws {
        let script = Script()
        let clock = ServerClock()
        let before = clock.now
        let (runner, events) = try start(
            script, clock: clock, deadline: before.steadyMilliseconds + 3_600_000)
        let id = EnvelopeID(rawValue: 3)
        #expect(runner.post(.advance(milliseconds: 7_200_000), id))
        var moved: Timestamp?
        wait(events) { event in
            if case .clockMoved(id, let now) = event { moved = now.wall }
            return moved != nil
        }
        #expect(try #require(moved).since(before.wall) >= 7_200_000)
        runner.stop()
    }

    @Test func `a store that cannot be opened refuses with its reason`() throws {
        let events = Mailbox<StoreEvent>(countMax: 10)
        let runner = try StoreRunner(
            clock: ServerClock(),
            makeStore: { _ throws(StoreError) in throw StoreError(.corrupt, "torn") },
            deliver: { _ = events.post($0) })
        var reason: String?
        wait(events) { event in
            if case .refusedToStart(let error) = event { reason = error.message }
            return reason != nil
        }
        #expect(reason == "torn")
        runner.stop()
    }

    @Test func `a wall clock that is set leaves the steady one alone`() {
        let clock = ServerClock()
        let before = clock.now
        clock.move(.set(Timestamp(milliseconds: 2_000_000_000_000)))
        let after = clock.now
        #expect(after.wall >= Timestamp(milliseconds: 2_000_000_000_000))
        #expect(after.steadyMilliseconds - before.steadyMilliseconds < 3_600_000)
    }
}
