import EventLoop
import Programs
import Runner
import Testing

@testable import WeirWorker

/// A runner with handlers, and a server that the test plays.
final class Stage: WorkTransport {
    private let loop: Loop
    private let shop: HandlerShop
    private var ownRunner: Runner?
    private let inbox: Inbox<HandlerShop.End>
    private var question: (pull: WorkPull, then: (Result<[LeasedWork], WorkFault>) -> Void)?
    private var waiting: [LeasedWork] = []
    private(set) var pulls: [WorkPull] = []
    private(set) var beats: [[WorkBeat]] = []
    private(set) var ends: [WorkEnd] = []
    /// What a lease is answered with, where it is not extended.
    var leases: [String: WorkLease] = [:]
    /// Nobody answers while it is there.
    var fault: WorkFault?
    var undelivered: Int?
    private var isClosed = false

    private init(_ handlers: [Handler], slots: Int, drain: Int64) throws {
        loop = try Loop()
        final class Line { weak var stage: Stage? }
        let line = Line()
        inbox = try Inbox(loop: loop) { ends in for end in ends { line.stage?.shop.ended(end) } }
        let slot = inbox.slot
        shop = HandlerShop(
            loop: loop,
            handlers: Dictionary(uniqueKeysWithValues: handlers.map { ($0.kind.name, $0) }),
            executor: OwnThreads()
        ) { slot.post($0) }
        line.stage = self
        var settings = RunnerSettings(jobsPath: "", slots: slots, temporaryPath: "")
        settings.drainMilliseconds = drain
        settings.killMilliseconds = 300
        // Three heartbeats in this time, none of which has to wait for news.
        settings.leaseMilliseconds = 900
        ownRunner = Runner(loop: loop, settings: settings, transport: self, shop: shop) { _ in }
        ownRunner?.start()
    }

    /// Lets the handlers work for the server that `body` plays.
    static func use(
        slots: Int = 4, drain: Int64 = 60_000, _ handlers: Handler..., body: (Stage) throws -> Void
    ) throws {
        let stage = try Stage(handlers, slots: slots, drain: drain)
        try body(stage)
        stage.ownRunner?.close()
        stage.ownRunner = nil
        stage.inbox.close()
        stage.loop.runOnce()
        #expect(stage.loop.openHandles() == [])
        #expect(stage.loop.close() == 0)
    }

    var runner: Runner {
        guard let ownRunner else { preconditionFailure("the stage is closed") }
        return ownRunner
    }

    /// Turns until `condition` holds, a minute at most.
    func run(sourceLocation: SourceLocation = #_sourceLocation, until condition: () -> Bool) {
        var isLate = false
        let id = loop.schedule(after: 60_000) { isLate = true }
        while !condition(), !isLate {
            let look = loop.schedule(after: 20) {}
            loop.runOnce()
            loop.cancel(look)
        }
        loop.cancel(id)
        #expect(!isLate, "waited a minute in vain", sourceLocation: sourceLocation)
    }

    func drain() {
        runner.drain { [unowned self] in undelivered = $0 }
        run { undelivered != nil }
    }

    func add(_ works: LeasedWork...) {
        waiting += works
        serve()
    }

    /// The lines of the log that came in, by token.
    func log(_ token: String) -> [String] {
        beats.joined().filter { $0.token == token }.flatMap(\.log)
    }

    private func serve() {
        guard let question else { return }
        if let fault {
            self.question = nil
            return later { question.then(.failure(fault)) }
        }
        let fit = waiting.filter { question.pull.kinds.contains($0.kind) }
            .prefix(question.pull.jobsMax)
        guard !fit.isEmpty else { return }
        self.question = nil
        waiting.removeAll { job in fit.contains { $0.token == job.token } }
        later { question.then(.success(Array(fit))) }
    }

    private func later(_ answer: @escaping () -> Void) {
        loop.schedule(after: 0) { [self] in if !isClosed { answer() } }
    }

    private func answer<Value>(
        _ value: Value, _ then: @escaping (Result<Value, WorkFault>) -> Void
    ) {
        let fault = self.fault
        later { then(fault.map { .failure($0) } ?? .success(value)) }
    }

    func pull(_ pull: WorkPull, then: @escaping (Result<[LeasedWork], WorkFault>) -> Void) {
        pulls.append(pull)
        question = (pull, then)
        serve()
    }

    func cancelPull() { question = nil }

    func heartbeat(
        _ beats: [WorkBeat], then: @escaping (Result<[WorkLease], WorkFault>) -> Void
    ) {
        if fault == nil { self.beats.append(beats) }
        answer(beats.map { leases[$0.token] ?? .extended }, then)
    }

    func report(_ ends: [WorkEnd], then: @escaping (Result<[WorkReceipt], WorkFault>) -> Void) {
        if fault == nil { self.ends += ends }
        answer(ends.map { _ in .taken }, then)
    }

    func close() {
        question = nil
        isClosed = true
    }
}
