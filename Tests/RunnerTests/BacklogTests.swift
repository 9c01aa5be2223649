import Core
import EventLoop
import Programs
import Testing

@testable import Runner

/// What a runner does while the server has not been told all.
@Suite struct `What a runner has to tell` {
    /// A runner whose work and whose server the test plays.
    private final class Desk {
        let loop: Loop
        let shop = FakeShop()
        let server: FakeTransport
        private(set) var events: [RunnerEvent] = []
        private var ownRunner: Runner?

        init(slots: Int) throws {
            let loop = try Loop()
            self.loop = loop
            server = FakeTransport { loop.schedule(after: 0, $0) }
            let settings = RunnerSettings(jobsPath: "", slots: slots, temporaryPath: "")
            ownRunner = Runner(loop: loop, settings: settings, transport: server, shop: shop) {
                [unowned self] in events.append($0)
            }
        }

        var runner: Runner {
            guard let ownRunner else { preconditionFailure("the desk is closed") }
            return ownRunner
        }

        func turn() {
            loop.schedule(after: 1) {}
            loop.runOnce()
        }

        /// Turns until `condition` holds, a minute at most.
        func run(sourceLocation: SourceLocation = #_sourceLocation, until condition: () -> Bool) {
            var isLate = false
            let id = loop.schedule(after: 60_000) { isLate = true }
            while !condition(), !isLate { turn() }
            loop.cancel(id)
            #expect(!isLate, "waited a minute in vain", sourceLocation: sourceLocation)
        }

        func close() {
            runner.close()
            ownRunner = nil
            #expect(loop.close() == 0)
        }
    }

    private func use(slots: Int = 2, _ body: (Desk) throws -> Void) throws {
        let desk = try Desk(slots: slots)
        do { try body(desk) } catch { Issue.record(error) }
        desk.close()
    }

    private func work(_ token: String) -> LeasedWork {
        LeasedWork(token: token, id: "job_" + token, kind: "a")
    }

    @Test func `no more is begun while logs of what has ended pile up`() throws {
        try use { desk in
            var most = 0
            desk.shop.onBegin = { work in
                work.lines = Array(repeating: "line", count: 3_000)
                desk.loop.schedule(after: 0) { work.succeed() }
            }
            desk.runner.start()
            desk.server.add((0..<30).map { work("\($0)") })
            desk.run {
                most = max(most, desk.shop.begunCount - desk.server.ends.count)
                return desk.server.ends.count == 30
            }
            // What runs, twice as much that has ended, and what a question on its way brings.
            #expect(most <= 2 + 4 + 2, "\(most)")
            #expect((0..<30).allSatisfy { desk.server.log("\($0)").count == 3_000 })
        }
    }

    @Test func `no more is begun while those that run have too much to tell`() throws {
        try use(slots: 3) { desk in
            var works: [FakeWork] = []
            desk.shop.onBegin = { works.append($0) }
            desk.runner.start()
            desk.server.add([work("1"), work("2")])
            desk.run { works.count == 2 && desk.server.waiting != nil }
            works[0].waitingBytes = Limits.runnerBacklogBytesMax + 1
            works[1].succeed()
            // The question that waits may still be answered, and is the last.
            desk.server.add([work("3")])
            desk.run { works.count == 3 }
            let asked = desk.server.pulls.count
            desk.server.add([work("4")])
            // Neither one that has ended nor the log of another that was taken makes room.
            works[2].lines = ["line"]
            works[2].succeed()
            desk.run { desk.server.ends.count == 2 && desk.runner.unreportedCount == 1 }
            #expect(desk.server.log("3") == ["line"])
            #expect(works.count == 3 && desk.server.pulls.count == asked)
            works[0].waitingBytes = 0
            works[0].lines = ["now"]
            desk.run { works.count == 4 }
        }
    }

    @Test func `a lease that is lost after its program's success is not passed over in silence`()
        throws
    {
        try use { desk in
            desk.shop.onBegin = { work in
                work.lines = ["line"]
                desk.loop.schedule(after: 0) { work.succeed() }
            }
            desk.server.leases["1"] = .lost
            desk.runner.start()
            desk.server.add([work("1")])
            desk.run {
                desk.events.contains { if case .refused = $0 { true } else { false } }
            }
            guard case .refused(let lost, let reason)? = desk.events.last else {
                Issue.record("\(desk.events)")
                return
            }
            #expect(lost.id == "job_1" && reason.contains("lost"))
            #expect(desk.runner.counts == counts(others: 1))
            #expect(desk.server.ends == [])
        }
    }

    @Test(arguments: [WorkReceipt.stale, .refused("no")])
    func `a success that the server does not take is none`(receipt: WorkReceipt) throws {
        try use { desk in
            desk.shop.onBegin = { work in desk.loop.schedule(after: 0) { work.succeed() } }
            desk.server.receipts["1"] = receipt
            desk.runner.start()
            desk.server.add([work("1"), work("2")])
            desk.run { desk.server.ends.count == 2 && desk.runner.unreportedCount == 0 }
            #expect(desk.runner.counts == counts(succeeded: 1, others: 1))
        }
    }

    private func counts(succeeded: Int = 0, others: Int = 0) -> Runner.Counts {
        var counts = Runner.Counts()
        counts.succeeded = succeeded
        counts.others = others
        return counts
    }

    @Test func `nothing is asked for once it is to drain`() throws {
        try use { desk in
            var works: [FakeWork] = []
            desk.shop.onBegin = { works.append($0) }
            desk.runner.start()
            desk.server.add([work("1")])
            desk.run { works.count == 1 && desk.server.waiting != nil }
            desk.server.fault = .away("gone")
            desk.server.serve()
            desk.run { desk.events.contains { if case .away = $0 { true } else { false } } }
            let asked = desk.server.pulls.count
            var undelivered: Int?
            desk.runner.drain { undelivered = $0 }
            desk.server.fault = nil
            desk.server.add([work("2")])
            // Before it would ask again it waits for no longer than from one heartbeat with news
            // to the next.
            for count in 1...3 {
                works[0].lines = ["line"]
                desk.run { desk.server.beats.count >= count }
            }
            works[0].succeed()
            desk.run { undelivered != nil }
            #expect(undelivered == 0 && desk.server.ends.map(\.token) == ["1"])
            #expect(desk.server.pulls.count == asked)
        }
    }

    @Test func `leases for which one heartbeat has no room take turns`() {
        let jobs = (0..<1_300).map { FakeWork(work("\($0)")) }
        for job in jobs.suffix(2) {
            job.lines = ["line"]
            job.succeed()
        }
        let ends = (0..<200).map { "end\($0)" }
        var turn = 0
        var seen: Set<String> = []
        for _ in 0..<BeatSheet.callCount(leases: 1_500) {
            let told = BeatSheet(jobs, ends: ends, turn: &turn).told
            #expect(told.count == Limits.batchItemsMax)
            #expect(Set(told.map(\.beat.token)).count == told.count)
            seen.formUnion(told.map(\.beat.token))
        }
        #expect(seen.count == 1_500)
        #expect(jobs.allSatisfy { !$0.hasNews })
        #expect(
            [1, 1, 2].elementsEqual([0, 1_000, 1_001].map { BeatSheet.callCount(leases: $0) }))
    }
}
