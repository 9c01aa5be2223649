import Core
import EventLoop
import Glibc
import Programs
import Runner
import Synchronization
import Testing

@testable import RemoteWork

@Suite(.serialized) struct `Work from a server elsewhere` {
    private let pull = WorkPull(kinds: ["a"], queues: [], jobsMax: 2)

    /// A transport to a server that answers so.
    private func use(
        lease: Int64 = 30_000,
        answer: @escaping @Sendable (PlayedServer.Request) -> PlayedServer.Answer,
        body: (RemoteTransport, PlayedServer, (() -> Bool) -> Void) throws -> Void
    ) throws {
        signal(SIGPIPE, SIG_IGN)
        let server = try PlayedServer(answer)
        let loop = try Loop()
        let transport = RemoteTransport(
            loop: loop,
            server: RemoteServer(url: server.url, key: "weir_worker_k", workerName: "w"),
            leaseMilliseconds: lease)
        do {
            try body(transport, server) { condition in
                var isLate = false
                let id = loop.schedule(after: 15_000) { isLate = true }
                while !condition(), !isLate {
                    let look = loop.schedule(after: 20) {}
                    loop.runOnce()
                    loop.cancel(look)
                }
                loop.cancel(id)
                #expect(!isLate, "waited in vain")
            }
        } catch { Issue.record(error) }
        transport.close()
        #expect(loop.close() == 0)
        server.stop()
    }

    @Test func `a question is asked with the key, and its jobs are read`() throws {
        try use { _ in
            (200, #"{"jobs":[{"id":"job_1","kind":"a","lease":{"token":"t"}}]}"#)
        } body: {
            transport, server, run in
            var answer: Result<[LeasedWork], WorkFault>?
            transport.pull(pull) { answer = $0 }
            run { answer != nil }
            #expect(try answer?.get().map(\.token) == ["t"])
            let request = try #require(server.requests.first)
            #expect(request.head.hasPrefix("POST /v1/leases/pull HTTP/1.1\r\n"))
            #expect(request.head.contains("\r\nAuthorization: Bearer weir_worker_k\r\n"))
            #expect(request.body.contains(#""wait":30,"lease":30,"grace":15,"worker":"w""#))
        }
    }

    @Test(arguments: [(true, #""wait":1,"#), (false, #""wait":30,"#)])
    func `a question that does not name all kinds ends soon`(
        takesTurns: Bool, wait: String
    ) throws {
        try use { _ in
            (200, #"{"jobs":[]}"#)
        } body: { transport, server, run in
            var answers = 0
            let kinds = (0..<Limits.pullKindsMax).map { "k\($0)" }
            let pull = WorkPull(kinds: kinds, queues: [], jobsMax: 1, takesTurns: takesTurns)
            transport.pull(pull) { _ in answers += 1 }
            run { answers == 1 }
            #expect(server.requests.first?.body.contains(wait) == true)
        }
    }

    /// As servers before 15 s of grace answer, and later one that takes its place.
    @Test func `a server that knows no grace is asked without it until it is away`() throws {
        let detail = "One field is wrong: $.grace: is not known; leave it out."
        let turns = Mutex(0)
        try use { request in
            let turn = turns.withLock { turn in
                turn += 1
                return turn
            }
            if turn == 4 { return (503, #"{"code":"overloaded","detail":"d"}"#) }
            return turn < 4 && request.body.contains("grace")
                ? (422, #"{"code":"invalid","detail":"\#(detail)"}"#) : (200, #"{"jobs":[]}"#)
        } body: { transport, server, run in
            var answers: [Result<[LeasedWork], WorkFault>] = []
            for count in 1...4 {
                transport.pull(pull) { answers.append($0) }
                run { answers.count == count }
            }
            #expect(
                answers == [.success([]), .success([]), .failure(.away("d")), .success([])])
            let asked = server.requests.map { $0.body.contains(#""grace":15"#) }
            #expect(asked == [true, false, false, false, true])
        }
    }

    @Test func `a server that knows no places in logs is told none until it is away`() throws {
        let detail = "One field is wrong: $.leases[0].log_start: is not known; leave it out."
        let turns = Mutex(0)
        try use { request in
            let turn = turns.withLock { turn in
                turn += 1
                return turn
            }
            if turn == 3 { return (503, #"{"code":"overloaded","detail":"d"}"#) }
            return turn < 3 && request.body.contains("log_start")
                ? (422, #"{"code":"invalid","detail":"\#(detail)"}"#)
                : (200, #"{"results":[{"token":"t","state":"extended"}]}"#)
        } body: { transport, server, run in
            let beat = WorkBeat(token: "t", log: ["a"], logStart: 7)
            var answers: [Result<[WorkLease], WorkFault>] = []
            for count in 1...3 {
                transport.heartbeat([beat]) { answers.append($0) }
                run { answers.count == count }
            }
            #expect(
                answers == [.success([.extended]), .failure(.away("d")), .success([.extended])])
            let told = server.requests.map { $0.body.contains(#""log":["a"],"log_start":7"#) }
            #expect(told == [true, false, false, true])
        }
    }

    @Test func `a refusal of anything else is one, with grace and without`() throws {
        let detail = Mutex("One field is wrong: $.grace: no.")
        try use { _ in
            (422, #"{"code":"invalid","detail":"\#(detail.withLock { $0 })"}"#)
        } body: { transport, server, run in
            var answers: [Result<[LeasedWork], WorkFault>] = []
            transport.pull(pull) { answers.append($0) }
            run { answers.count == 1 }
            #expect(answers == [.failure(.forbidden(detail.withLock { $0 }))])
            #expect(server.requests.count == 2)
            detail.withLock { $0 = "One field is wrong: $.max: no." }
            transport.pull(pull) { answers.append($0) }
            run { answers.count == 2 }
            #expect(server.requests.count == 3)
        }
    }

    @Test func `a question that was taken back is not answered, and another may be asked`() throws {
        try use { request in
            request.body.contains(#""b""#) ? (200, #"{"jobs":[]}"#) : nil
        } body: {
            transport, server, run in
            var answers: [String] = []
            transport.pull(pull) { _ in answers.append("a") }
            run { server.requests.count == 1 }
            transport.cancelPull()
            transport.pull(WorkPull(kinds: ["b"], queues: [], jobsMax: 1)) { _ in
                answers.append("b")
            }
            run { !answers.isEmpty }
            #expect(answers == ["b"])
        }
    }

    /// Three are sent in the length of a lease, one after the other: one that is stuck for longer
    /// would cost the lease.
    @Test func `a heartbeat that is stuck is given up within a part of its lease`() throws {
        // What waits longer than fifteen seconds here has waited in vain.
        try use(lease: 6_000, answer: { _ in nil }) { transport, _, run in
            var answers: [Result<[WorkLease], WorkFault>] = []
            transport.heartbeat([WorkBeat(token: "t")]) { answers.append($0) }
            run { !answers.isEmpty }
            guard case .failure(.away)? = answers.first else {
                Issue.record("\(answers)")
                return
            }
        }
    }

    @Test(
        arguments: [
            (401, #"{"code":"unauthorized","detail":"d"}"#, .forbidden("d")),
            (403, #"{"code":"forbidden","detail":"d"}"#, .forbidden("d")),
            (422, #"{"code":"invalid","detail":"d"}"#, .forbidden("d")),
            (503, #"{"code":"overloaded","detail":"d"}"#, .away("d")),
            (500, "{}", .away("it answered 500")),
            (200, "{}", .away("the answer is none that a Weir server gives")),
            (
                200, "hello",
                .away("it answered 200, and the answer is none that a Weir server gives")
            ),
        ] as [(Int, String, WorkFault)])
    func `what is no answer is a server that is away, or one that forbids`(
        status: Int, body: String, fault: WorkFault
    ) throws {
        try use { _ in
            (status, body)
        } body: { transport, _, run in
            var found: [WorkFault] = []
            transport.pull(pull) { if case .failure(let fault) = $0 { found.append(fault) } }
            transport.heartbeat([WorkBeat(token: "t")]) {
                if case .failure(let fault) = $0 { found.append(fault) }
            }
            run { found.count == 2 }
            #expect(found == [fault, fault])
        }
    }

    @Test func `one end that is refused does not take the others with it`() throws {
        try use { request in
            if request.verb == "release" { return (200, #"{"results":[{"token":"4"}]}"#) }
            if request.body.contains("},{") { return (400, #"{"code":"invalid","detail":"all"}"#) }
            if request.body.contains(#""token":"1""#) {
                return (409, #"{"code":"lease_expired","detail":"late"}"#)
            }
            if request.body.contains(#""token":"2""#), request.verb == "complete" {
                return (422, #"{"code":"invalid","detail":"so not"}"#)
            }
            return (200, #"{"results":[{"token":"x","state":"succeeded"}]}"#)
        } body: { transport, server, run in
            let ends = [
                WorkEnd(token: "1", verdict: .succeeded(nil)),
                WorkEnd(token: "2", verdict: .succeeded(nil)),
                WorkEnd(token: "3", verdict: .succeeded(nil)),
                WorkEnd(token: "4", verdict: .released(delayMilliseconds: 0)),
            ]
            var receipts: [WorkReceipt] = []
            transport.report(ends) { receipts = (try? $0.get()) ?? [] }
            run { !receipts.isEmpty }
            #expect(receipts == [.stale, .taken, .taken, .taken])
            // Of the second it is said that it failed, and why.
            let verbs = server.requests.map(\.verb)
            #expect(
                verbs == ["complete", "complete", "complete", "fail", "complete", "release"])
            #expect(server.requests[3].body.contains("so not"))
        }
    }

    @Test func `ends that a server could not be told of are told anew as they are`() throws {
        try use { _ in
            (503, #"{"detail":"busy"}"#)
        } body: { transport, server, run in
            var fault: WorkFault?
            transport.report([WorkEnd(token: "1", verdict: .succeeded(nil))]) {
                if case .failure(let found) = $0 { fault = found }
            }
            run { fault != nil }
            #expect(fault == .away("busy") && server.requests.count == 1)
        }
    }
}
