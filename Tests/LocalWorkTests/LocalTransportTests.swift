import Core
import LocalWork
import Programs
import Runner
import Service
import Store
import Testing

@Suite struct `Work from the same process` {
    private let pull = WorkPull(kinds: ["hello"], queues: [], jobsMax: 3)
    private let failure = WorkError(type: "t", message: "m", trace: "line")

    private func text(_ bytes: [UInt8]?) -> String { String(decoding: bytes ?? [], as: UTF8.self) }

    @Test func `a question waits in the store, with the mark of the runner`() throws {
        try Desk.use { desk in
            var answers: [Result<[LeasedWork], WorkFault>] = []
            desk.transport.pull(pull) { answers.append($0) }
            #expect(desk.commands.isEmpty, "nothing is asked in the midst of a turn")
            desk.turn()
            guard case .pull(let asked) = desk.commands.first?.command else {
                Issue.record("\(desk.commands)")
                return
            }
            #expect(asked.isOfRunner && asked.waits && asked.worker == "own")
            #expect(asked.queues == ["default"] && asked.kinds == ["hello"] && asked.jobsMax == 3)
            desk.reply(.leased([Desk.leased(1)]))
            let work = try #require(try answers.first?.get().first)
            #expect(work.token == Desk.token(1).description && work.kind == "hello")
            #expect(work.tenant == "acme" && work.plan == "pro" && work.attempt == 2)
            #expect(work.timeoutMilliseconds == 300_000 && text(work.payload) == #"{"n":1}"#)
        }
    }

    @Test func `an answer comes in a turn of its own`() throws {
        try Desk.use { desk in
            var answers = 0
            desk.transport.pull(pull) { _ in answers += 1 }
            desk.turn()
            let id = try #require(desk.commands.first).id
            var outcome = BatchOutcome(commit: 1, day: Day(containing: Desk.noon))
            outcome.answers = [Answer(id: id, reply: .leased([]), quota: nil)]
            desk.service.committed(outcome)
            #expect(answers == 0)
            desk.turn()
            #expect(answers == 1)
        }
    }

    @Test func `work that comes for a question taken back goes to others`() throws {
        try Desk.use { desk in
            var answers = 0
            desk.transport.pull(pull) { _ in answers += 1 }
            desk.turn()
            desk.transport.cancelPull()
            desk.turn()
            guard case .endPull = desk.commands.last?.command else {
                Issue.record("\(desk.commands)")
                return
            }
            desk.reply(.leased([Desk.leased(1)]), .done)
            #expect(answers == 0)
            guard case .undelivered(let tokens) = desk.commands.first?.command else {
                Issue.record("\(desk.commands)")
                return
            }
            #expect(tokens == [Desk.token(1)])
        }
    }

    @Test func `a store that takes nothing is one that is away`() throws {
        try Desk.use { desk in
            var faults: [WorkFault] = []
            desk.transport.pull(pull) { if case .failure(let fault) = $0 { faults.append(fault) } }
            desk.transport.heartbeat([WorkBeat(token: Desk.token(1).description)]) {
                if case .failure(let fault) = $0 { faults.append(fault) }
            }
            desk.transport.report([
                WorkEnd(token: Desk.token(1).description, verdict: .succeeded(nil)),
                WorkEnd(
                    token: Desk.token(2).description,
                    verdict: .failed(failure, retry: .never, isCrash: false)),
            ]) { if case .failure(let fault) = $0 { faults.append(fault) } }
            desk.turn()
            #expect(desk.commands.count == 4)
            desk.refuseAll()
            #expect(faults.count == 3)
            for case .forbidden(let reason) in faults { Issue.record("\(reason)") }
        }
    }

    @Test func `one heartbeat carries progress and logs of all`() throws {
        try Desk.use { desk in
            var leases: [WorkLease] = []
            let beats = [
                WorkBeat(token: Desk.token(1).description),
                WorkBeat(
                    token: Desk.token(2).description,
                    progress: JobChannel.Progress(percent: 40.125, message: "half"),
                    log: ["a", "b"], logStart: 5),
                WorkBeat(token: Desk.token(3).description),
            ]
            desk.transport.heartbeat(beats) { leases = (try? $0.get()) ?? [] }
            desk.turn()
            guard case .heartbeat(let heartbeat) = desk.commands.first?.command else {
                Issue.record("\(desk.commands)")
                return
            }
            #expect(heartbeat.tokens == [1, 2, 3].map { Desk.token($0) })
            #expect(
                heartbeat.news == [
                    LeaseNews(
                        item: 1, progress: Progress(hundredths: 4_012, message: "half"),
                        log: ["a", "b"], logStart: 5)
                ])
            desk.reply(
                .heartbeats([.extended(until: Desk.noon), .cancel(until: Desk.noon), .lost]))
            #expect(leases == [.extended, .cancel, .lost])
        }
    }

    @Test func `ends go to the store in one piece, and are answered in their order`() throws {
        try Desk.use { desk in
            var receipts: [WorkReceipt] = []
            let ends = [
                WorkEnd(
                    token: Desk.token(1).description,
                    verdict: .failed(
                        failure, retry: .after(milliseconds: 7_000), isCrash: true),
                    ranMilliseconds: 9),
                WorkEnd(
                    token: Desk.token(2).description, verdict: .succeeded(Array("3".utf8)),
                    usage: ["unknown": 4], ranMilliseconds: 8),
                WorkEnd(token: Desk.token(3).description, verdict: .unstarted(failure)),
                WorkEnd(
                    token: Desk.token(4).description, verdict: .released(delayMilliseconds: 5_000)
                ),
                WorkEnd(token: Desk.token(5).description, verdict: .succeeded(nil)),
            ]
            let pumps = desk.pumps
            desk.transport.report(ends) { receipts = (try? $0.get()) ?? [] }
            desk.turn()
            #expect(desk.pumps == pumps + 1)
            let commands = desk.commands.map(\.command)
            guard commands.count == 3, case .complete(let done) = commands[0],
                case .fail(let failed) = commands[1], case .release(let back) = commands[2]
            else {
                Issue.record("\(commands)")
                return
            }
            #expect(done.map(\.token) == [Desk.token(2), Desk.token(5)])
            #expect(text(done[0].result) == "3" && done[0].report.ranMilliseconds == 8)
            #expect(done[0].report.usage.isEmpty)
            #expect(failed.map(\.couldNotStart) == [false, true])
            #expect(failed[0].retry == .after(milliseconds: 7_000))
            #expect(text(failed[0].error) == #"{"type":"t","message":"m","trace":"line"}"#)
            #expect(back == Release(tokens: [Desk.token(4)], delayMilliseconds: 5_000))
            desk.reply(
                .leaseOutcomes([.ended(.succeeded, runAt: nil), .stale(.leaseLost)]),
                .leaseOutcomes([
                    .ended(.scheduled, runAt: Desk.noon), .ended(.scheduled, runAt: Desk.noon),
                ]), .leaseOutcomes([.ended(.scheduled, runAt: Desk.noon)]))
            guard receipts.count == 5, case .takenWithoutUsage(let reason) = receipts[1] else {
                Issue.record("\(receipts)")
                return
            }
            #expect(reason.contains("'unknown'"))
            #expect([receipts[0], receipts[2], receipts[3]] == [.taken, .taken, .taken])
            #expect(receipts[4] == .stale)
        }
    }

    @Test func `a cancel is told at once, after the lease that it is of`() throws {
        try Desk.use { desk in
            var told: [String] = []
            desk.transport.onCancel = { told.append("cancel " + $0) }
            desk.transport.pull(pull) { answer in
                told += (try? answer.get().map { "work " + $0.token }) ?? []
            }
            desk.turn()
            desk.reply(.leased([Desk.leased(1)]), canceled: [Desk.token(1)])
            #expect(told == ["work \(Desk.token(1))", "cancel \(Desk.token(1))"])
        }
    }

    @Test func `kinds that one question cannot name get their turn`() throws {
        try Desk.use { desk in
            var answers = 0
            let one = WorkPull(kinds: ["hello"], queues: [], jobsMax: 1, takesTurns: true)
            desk.transport.pull(one) { _ in answers += 1 }
            var waits = 0
            while desk.commands.count < 2, waits < 3_000 {
                desk.turn()
                waits += 1
            }
            guard case .endPull = desk.commands.last?.command else {
                Issue.record("\(desk.commands)")
                return
            }
            desk.reply(.leased([]), .done)
            #expect(answers == 1)
        }
    }

    @Test func `nobody is told anything after the end`() throws {
        try Desk.use { desk in
            var answers = 0
            desk.transport.pull(pull) { _ in answers += 1 }
            desk.turn()
            desk.transport.close()
            desk.reply(.leased([Desk.leased(1)]), canceled: [Desk.token(1)])
            #expect(answers == 0)
        }
    }
}
