import Core
import Store
import Synchronization
import Testing

/// The turns of the store's thread, one by one, on a clock that stands still.
@Suite struct `The turns of the store's thread` {
    private final class Script: Sendable {
        let isOverloaded = Mutex<Bool>(false)
        let failures = Mutex<Int>(0)
        let failedRecoveries = Mutex<Int>(0)
        let hasMore = Mutex<Bool>(false)
        let deadline = Mutex<Int64?>(nil)
        let heartbeatsWaits = Mutex<[Int64?]>([])
        let batches = Mutex<[(ids: [UInt64], late: Int64)]>([])
        let reliefs = Mutex<Int>(0)
        let events = Mutex<[StoreEvent]>([])
    }

    private final class ScriptedStore: Store {
        let script: Script
        var commit: UInt64 = 0

        init(_ script: Script) { self.script = script }

        let day = Day(number: 20_773)!
        let catalog = PlanCatalog.standard
        let enforcement = Enforcement.full
        var isOverloaded: Bool { script.isOverloaded.withLock { $0 } }
        func relieve() { script.reliefs.withLock { $0 += 1 } }
        func opening() -> StoreOpening {
            StoreOpening(
                day: day, catalog: catalog, enforcement: enforcement, keys: [])
        }
        func close() {}
        func nextDeadlineSteadyMilliseconds(at now: Moment) -> Int64? {
            script.deadline.withLock { $0 }
        }

        func apply(
            _ batch: [Envelope], at now: Moment, lateMilliseconds: Int64,
            heartbeatsWaitSince: Int64?
        ) throws(StoreError) -> BatchOutcome {
            if ScriptedStore.takeOne(script.failures) { throw StoreError(.diskFull, "full") }
            script.batches.withLock { $0.append((batch.map(\.id.rawValue), lateMilliseconds)) }
            script.heartbeatsWaits.withLock { $0.append(heartbeatsWaitSince) }
            commit += 1
            var outcome = BatchOutcome(commit: commit, day: day)
            outcome.answers = batch.map { Answer(id: $0.id, reply: .done) }
            outcome.hasMore = script.hasMore.withLock { $0 }
            return outcome
        }

        func recover(at now: Moment) throws(StoreError) {
            if ScriptedStore.takeOne(script.failedRecoveries) {
                throw StoreError(.diskFull, "still full")
            }
        }

        private static func takeOne(_ count: borrowing Mutex<Int>) -> Bool {
            count.withLock { left in
                defer { left = max(0, left - 1) }
                return left > 0
            }
        }
    }

    private let script = Script()
    private let clock = ServerClock(
        standingAt: Moment(
            wall: Timestamp(milliseconds: 1_795_262_400_000), steadyMilliseconds: 5_000_000))

    /// A loop that has had its first turn.
    private func started() throws -> StoreLoop {
        let script = script
        let loop = StoreLoop(store: ScriptedStore(script), clock: clock) { event in
            script.events.withLock { $0.append(event) }
        }
        try loop.start()
        loop.turn()
        script.batches.withLock { $0 = [] }
        script.events.withLock { $0 = [] }
        return loop
    }

    private func request(_ id: UInt64, agoMilliseconds: Int64 = 0) -> StoreRequest {
        .command(
            Envelope(id: EnvelopeID(rawValue: id), command: .readTenant("acme")),
            arrivedNanoseconds: clock.realNanoseconds - agoMilliseconds * 1_000_000)
    }

    private func submit(_ id: UInt64) -> StoreRequest {
        .command(
            Envelope(
                id: EnvelopeID(rawValue: id),
                command: .enqueue(Enqueue(tenant: "acme", jobs: [JobSpec(kind: "a")]))),
            arrivedNanoseconds: clock.realNanoseconds)
    }

    private func heartbeat(_ id: UInt64, agoMilliseconds: Int64 = 0) -> StoreRequest {
        .command(
            Envelope(
                id: EnvelopeID(rawValue: id), command: .heartbeat(Heartbeat(tokens: []))),
            arrivedNanoseconds: clock.realNanoseconds - agoMilliseconds * 1_000_000)
    }

    private func pass(milliseconds: Int64) { clock.pass(nanoseconds: milliseconds * 1_000_000) }

    private var lates: [Int64] { script.batches.withLock { $0.map(\.late) } }

    private var events: [String] {
        script.events.withLock { events in
            events.map { event in
                switch event {
                case .committed(let outcome): "committed \(outcome.answers.map(\.id.rawValue))"
                case .failed(let ids, let last, _):
                    "failed \(ids.map(\.rawValue)) up to \(last.rawValue)"
                case .refused(let ids, let refusal): "refused \(ids.map(\.rawValue)) \(refusal)"
                case .recovered: "recovered"
                case .overloaded(let isSo): "overloaded \(isSo)"
                case .started, .refusedToStart, .clockMoved, .stopped: "\(event)"
                }
            }
        }
    }

    @Test func `what waited for the batch before it is not late`() throws {
        let loop = try started()
        // Each batch takes 300 ms, and more is always waiting: for seconds, as under load.
        for id in 1...20 {
            pass(milliseconds: 300)
            loop.turn([request(UInt64(id), agoMilliseconds: 2_000)])
        }
        #expect(lates.allSatisfy { $0 <= 300 }, "\(lates)")
    }

    @Test func `a batch that was held up says for how long, once`() throws {
        let loop = try started()
        pass(milliseconds: 5_000)
        loop.turn([request(1, agoMilliseconds: 4_000)])
        loop.turn([request(2)])
        #expect(lates == [4_000, 0])
    }

    @Test func `a process that was stopped in its sleep finds out`() throws {
        let loop = try started()
        let wake = loop.wakeNanoseconds()
        #expect(wake <= clock.realNanoseconds + 1_000_000_000)
        pass(milliseconds: 9_000)
        loop.turn()
        #expect(lates == [8_000])
    }

    @Test func `a deadline in the past that stays there makes no batch late`() throws {
        let loop = try started()
        script.deadline.withLock { $0 = 1 }
        for id in 1...10 {
            pass(milliseconds: 500)
            _ = loop.wakeNanoseconds()
            loop.turn([request(UInt64(id))])
        }
        #expect(lates.allSatisfy { $0 <= 500 }, "\(lates)")
    }

    @Test func `nothing to do costs no batch`() throws {
        let loop = try started()
        for _ in 1...10 {
            _ = loop.wakeNanoseconds()
            pass(milliseconds: 1_000)
            loop.turn()
        }
        #expect(lates.isEmpty)
    }

    @Test func `an overlong log refuses new work, is copied at rests, and ends`() throws {
        let loop = try started()
        script.isOverloaded.withLock { $0 = true }
        loop.turn([submit(1)])
        loop.turn([submit(2)])
        #expect(script.reliefs.withLock { $0 } == 1, "it rests between two tries")
        pass(milliseconds: 20)
        #expect(loop.wakeNanoseconds() <= clock.realNanoseconds)
        loop.turn()
        #expect(script.reliefs.withLock { $0 } == 2)
        script.isOverloaded.withLock { $0 = false }
        loop.turn([submit(3)])
        #expect(
            events == [
                "overloaded true", "refused [1] overloaded", "refused [2] overloaded",
                "overloaded false", "committed [3]",
            ])
    }

    @Test func `what falls due by itself goes on under an overlong log`() throws {
        let loop = try started()
        script.isOverloaded.withLock { $0 = true }
        script.deadline.withLock { $0 = 1 }
        for _ in 1...5 {
            loop.turn([submit(9)])
            pass(milliseconds: 20)
        }
        #expect(script.batches.withLock { $0.map(\.ids) } == Array(repeating: [], count: 5))
    }

    @Test func `workers are heard under an overlong log`() throws {
        let loop = try started()
        script.isOverloaded.withLock { $0 = true }
        loop.turn([submit(1), heartbeat(2), submit(3), request(4)])
        #expect(events == ["overloaded true", "refused [1, 3] overloaded", "committed [2, 4]"])
    }

    @Test func `a heartbeat does not stand in line`() throws {
        let script = script
        let loop = StoreLoop(
            store: ScriptedStore(script), clock: clock, batchWeightMax: 1
        ) { event in script.events.withLock { $0.append(event) } }
        loop.turn([request(1), request(2), heartbeat(3)])
        while loop.hasPending { loop.turn() }
        #expect(events == ["committed [3]", "committed [1]", "committed [2]"])
    }

    @Test func `heartbeats that a batch has no room for are told to the store`() throws {
        let script = script
        let loop = StoreLoop(
            store: ScriptedStore(script), clock: clock, batchWeightMax: 2
        ) { event in script.events.withLock { $0.append(event) } }
        clock.move(.advance(milliseconds: 100))
        loop.turn((1...5).map { heartbeat($0, agoMilliseconds: 60 - 10 * Int64($0)) })
        while loop.hasPending { loop.turn() }
        // They came 50, 40, 30, 20 and 10 milliseconds ago.
        let now = clock.now.steadyMilliseconds
        #expect(script.heartbeatsWaits.withLock { $0 } == [now - 30, now - 10, nil])
    }

    @Test func `a failure does not forget pulls that a heartbeat overtook`() throws {
        let script = script
        let loop = StoreLoop(
            store: ScriptedStore(script), clock: clock, batchWeightMax: 1
        ) { event in script.events.withLock { $0.append(event) } }
        script.failures.withLock { $0 = 1 }
        loop.turn([request(1), heartbeat(2)])
        #expect(events.first == "failed [2] up to 0")
    }

    @Test func `a store that fails again and again rests between recoveries`() throws {
        let loop = try started()
        script.failures.withLock { $0 = 1_000 }
        script.hasMore.withLock { $0 = true }
        for _ in 1...100 {
            _ = loop.wakeNanoseconds()
            loop.turn()
            pass(milliseconds: 10)
        }
        #expect(events.filter { $0 == "recovered" }.count <= 3)
    }

    @Test func `a clock that was moved onto a broken store is not said to be done`() throws {
        let loop = try started()
        script.failures.withLock { $0 = 1 }
        script.failedRecoveries.withLock { $0 = 1 }
        loop.turn([.moveClock(.advance(milliseconds: 1_000), EnvelopeID(rawValue: 7))])
        #expect(events.last == "refused [7] storageUnavailable")
    }

    @Test func `a broken store refuses at once and is tried again after a rest`() throws {
        let loop = try started()
        script.failures.withLock { $0 = 1 }
        script.failedRecoveries.withLock { $0 = 2 }
        loop.turn([request(1)])
        loop.turn([request(2)])
        pass(milliseconds: 100)
        loop.turn([request(3)])
        #expect(
            events == [
                "failed [1] up to 1", "failed [] up to 1", "refused [2] storageUnavailable",
                "refused [3] storageUnavailable",
            ])
        script.events.withLock { $0 = [] }
        #expect(loop.wakeNanoseconds() == clock.realNanoseconds + 400_000_000)
        pass(milliseconds: 400)
        loop.turn()
        pass(milliseconds: 500)
        loop.turn()
        loop.turn([request(4)])
        #expect(events == ["failed [] up to 1", "recovered", "committed [4]"])
    }

    @Test func `what waits behind a failed batch is done after the recovery`() throws {
        let script = script
        let loop = StoreLoop(
            store: ScriptedStore(script), clock: clock, batchWeightMax: 1
        ) { event in script.events.withLock { $0.append(event) } }
        script.failures.withLock { $0 = 1 }
        loop.turn([request(1), request(2)])
        loop.turn()
        #expect(events == ["failed [1] up to 1", "recovered", "committed [2]"])
    }
}
