import Core
import Programs
import Runner
import Testing

@testable import WeirWorker

@Suite struct `What a handler says of its job` {
    private let desk = JobDesk()

    private func news() -> WorkBeat {
        desk.takeNews(token: "t", bytesMax: 128 << 10, linesMax: 1_000)
    }

    @Test func `is taken once, and put back when it was not delivered`() {
        #expect(!desk.hasNews)
        desk.progress(40, "half")
        desk.log("one\ntwo")
        #expect(desk.hasNews)
        let first = news()
        let progress = JobChannel.Progress(percent: 40, message: "half")
        #expect(first == WorkBeat(token: "t", progress: progress, log: ["one", "two"]))
        #expect(!desk.hasNews)
        desk.log("three")
        desk.putBack(first)
        #expect(news() == WorkBeat(token: "t", progress: progress, log: ["one", "two", "three"]))
    }

    @Test func `newer progress holds over what was put back`() {
        desk.progress(1, nil)
        let first = news()
        desk.progress(2, nil)
        desk.putBack(first)
        #expect(news().progress?.percent == 2)
    }

    @Test(
        arguments: [
            (-1, 0), (0, 0), (40.5, 40.5), (101, 100), (.infinity, 100),
        ] as [(Double, Double)])
    func `progress is within what it can be`(given: Double, shown: Double) {
        desk.progress(given, String(repeating: "x", count: 5_000))
        let progress = news().progress
        #expect(progress?.percent == shown)
        #expect(progress?.message?.utf8.count == Limits.programMessageBytesMax)
    }

    @Test func `what is no progress and no usage is told of in the log`() {
        desk.progress(.nan, nil)
        desk.usage("Not a metric", 1)
        desk.usage("tokens", -1)
        let told = news()
        #expect(told.progress == nil)
        #expect(told.log.count == 3 && told.log.allSatisfy { $0.hasPrefix("[weir] ") })
        #expect(desk.close() == [:])
    }

    @Test func `usage adds up`() {
        desk.usage("tokens", 3)
        desk.usage("tokens", 4)
        desk.usage("pages", Limits.amountMax)
        desk.usage("pages", Limits.amountMax)
        #expect(desk.close() == ["tokens": 7, "pages": Limits.amountMax])
    }

    @Test func `a log has its bound, and says what was cut`() {
        let line = String(repeating: "x", count: 1_000)
        for _ in 0..<2_000 { desk.log(line) }
        _ = desk.close()
        var lines: [String] = []
        while desk.hasNews { lines += news().log }
        #expect(lines.reduce(0) { $0 + $1.utf8.count + 1 } <= 1 << 20)
        #expect(lines.last?.contains("the log is full") == true)
    }

    @Test func `what nobody takes has a bound, empty lines and complaints too`() {
        for _ in 0..<1_000 { desk.progress(.nan, nil) }
        for _ in 0..<70_000 { desk.log("") }
        #expect(desk.waitingBytes <= Limits.logWaitingBytesMax + 200)
        _ = desk.close()
        var lines: [String] = []
        while desk.hasNews { lines += news().log }
        #expect(lines.contains { $0.hasSuffix("the server had not taken those before") })
        #expect(lines.contains { $0.contains("more notes were passed over") })
        #expect(lines.count { $0.hasPrefix("[weir] ") } <= Limits.logNotesMax + 2)
    }

    @Test func `nothing is heard after its end`() {
        desk.log("before")
        _ = desk.close()
        desk.log("after")
        desk.progress(1, nil)
        desk.usage("tokens", 1)
        #expect(news() == WorkBeat(token: "t", log: ["before"]))
        #expect(desk.close() == [:])
    }

    @Test func `it knows its job`() {
        let work = LeasedWork(
            token: "t", id: "job_1", kind: "a", queue: "mail", tenant: "acme", plan: "pro",
            attempt: 2, attemptsMax: 5, timeoutMilliseconds: 1_500)
        let context = JobContext(work, desk: desk)
        #expect([context.id, context.kind, context.queue] == ["job_1", "a", "mail"])
        #expect([context.tenant, context.plan] == ["acme", "pro"])
        #expect([context.attempt, context.attemptsMax] == [2, 5])
        #expect(context.timeout == .seconds(1.5))
    }

    @Test func `it learns that it is to end`() {
        let context = JobContext(LeasedWork(token: "t", id: "job_1", kind: "a"), desk: desk)
        #expect(!context.isCancelled)
        desk.cancel()
        #expect(context.isCancelled)
    }
}
