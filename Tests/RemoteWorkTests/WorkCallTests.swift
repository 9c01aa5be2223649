import Core
import JSON
import Programs
import Runner
import Testing

@testable import RemoteWork

@Suite struct `What a worker sends and reads` {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private func document(_ text: String) throws -> JSONDocument {
        try JSONDocument(validating: Array(text.utf8))
    }

    @Test func `a pull names kinds always and queues where there are some`() {
        let pull = WorkPull(kinds: ["a", "b"], queues: [], jobsMax: 3)
        #expect(
            text(
                WorkBodies.pull(
                    pull, waitMilliseconds: 30_000, leaseMilliseconds: 30_000, asksGrace: true,
                    worker: "h"))
                == #"{"kinds":["a","b"],"max":3,"wait":30,"lease":30,"grace":15,"worker":"h"}"#)
        let named = WorkPull(kinds: ["a"], queues: ["mail"], jobsMax: 1)
        #expect(
            text(
                WorkBodies.pull(
                    named, waitMilliseconds: 1_000, leaseMilliseconds: 5_500, asksGrace: false,
                    worker: ""))
                == #"{"queues":["mail"],"kinds":["a"],"max":1,"wait":1,"lease":5.5,"worker":""}"#
        )
    }

    @Test func `a heartbeat carries the news that there are`() {
        let beats = [
            WorkBeat(
                token: "t", progress: JobChannel.Progress(percent: 40, message: "m"),
                log: ["a", "b\""], logStart: 5),
            WorkBeat(token: "u"),
        ]
        for (saysLogStart, part) in [(true, #","log_start":5"#), (false, "")] {
            let body = WorkBodies.heartbeat(
                beats, leaseMilliseconds: 30_000, saysLogStart: saysLogStart)
            #expect(
                text(body)
                    == #"{"leases":[{"token":"t","progress":{"percent":40.0,"message":"m"},"log":["a","b\""]\#(part)},{"token":"u"}],"lease":30}"#
            )
        }
    }

    @Test func `ends go into as few calls as can be`() {
        let error = WorkError(type: "t", message: "m")
        let ends = [
            WorkEnd(
                token: "1", verdict: .succeeded(Array("{}".utf8)), usage: ["b": 2, "a": 1],
                ranMilliseconds: 1_500),
            WorkEnd(token: "2", verdict: .failed(error, retry: .never, isCrash: false)),
            WorkEnd(token: "3", verdict: .released(delayMilliseconds: 0)),
            WorkEnd(token: "4", verdict: .succeeded(nil)),
            WorkEnd(token: "5", verdict: .unstarted(error)),
            WorkEnd(token: "6", verdict: .released(delayMilliseconds: 60_000)),
            WorkEnd(
                token: "7",
                verdict: .failed(error, retry: .after(milliseconds: 5_000), isCrash: true)),
            WorkEnd(token: "8", verdict: .abandoned),
        ]
        let calls = ReportCall.calls(for: ends)
        #expect(calls.map(\.verb) == ["complete", "fail", "release", "release"])
        #expect(calls.map(\.indices) == [[0, 3], [1, 4, 6], [2], [5]])
        #expect(
            text(calls[0].body)
                == #"{"results":[{"token":"1","result":{},"usage":{"a":1,"b":2},"ran":1.5},{"token":"4","ran":0}]}"#
        )
        #expect(
            text(calls[1].body)
                == #"{"results":[{"token":"2","error":{"type":"t","message":"m"},"retry":false,"ran":0},{"token":"5","error":{"type":"t","message":"m"},"could_not_start":true,"ran":0},{"token":"7","error":{"type":"t","message":"m"},"retry_in":5,"ran":0}]}"#
        )
        #expect(text(calls[3].body) == #"{"tokens":["6"],"delay":60}"#)
    }

    @Test func `a call is never larger than a server takes`() {
        let large = Array("\"\(String(repeating: "x", count: 200_000))\"".utf8)
        let ends = (0..<10).map { WorkEnd(token: "\($0)", verdict: .succeeded(large)) }
        let calls = ReportCall.calls(for: ends)
        #expect(calls.flatMap(\.indices) == Array(0..<10))
        #expect(calls.count == 5)
        #expect(calls.allSatisfy { $0.body.count < Limits.bodyBytesMax })
    }

    @Test func `what is refused is said more plainly, to the end`() throws {
        let ends = [
            WorkEnd(token: "1", verdict: .succeeded(Array("1".utf8)), usage: ["unknown": 1])
        ]
        let call = ReportCall.calls(for: ends)[0]
        let second = try #require(call.plainer(because: "no such metric", of: ends))
        #expect(second.verb == "complete")
        #expect(text(second.body) == #"{"results":[{"token":"1","result":1,"ran":0}]}"#)
        #expect(second.usageRefusal == "no such metric")
        let third = try #require(second.plainer(because: "too large", of: ends))
        #expect(third.verb == "fail")
        #expect(text(third.body).contains("the server did not take what the program reported: too"))
        #expect(third.plainer(because: "x", of: ends) == nil)
    }

    @Test func `jobs are read with all that a program is told`() throws {
        let jobs = WorkAnswers.jobs(
            try document(
                #"""
                {"jobs":[{"id":"job_1","tenant":"acme","kind":"a","queue":"mail","attempt":2,
                "max_attempts":5,"payload":{"x": 1},"timeout":90,
                "lease":{"token":"tok","expires_at":"…"}}]}
                """#))
        #expect(
            jobs == [
                LeasedWork(
                    token: "tok", id: "job_1", kind: "a", queue: "mail", tenant: "acme", attempt: 2,
                    attemptsMax: 5, timeoutMilliseconds: 90_000, payload: Array(#"{"x": 1}"#.utf8))
            ])
    }

    @Test func `states of leases and receipts are read`() throws {
        let leases = try document(
            #"{"results":[{"state":"extended"},{"state":"cancel"},{"state":"lost"}]}"#)
        #expect(WorkAnswers.leases(leases, count: 3) == [.extended, .cancel, .lost])
        #expect(WorkAnswers.leases(leases, count: 2) == nil)
        let receipts = try document(
            #"""
            {"results":[{"state":"succeeded"},{"error":{"code":"lease_expired","detail":"d"}},
            {"error":{"code":"too_large","detail":"d"}}]}
            """#)
        #expect(WorkAnswers.receipts(receipts, count: 3) == [.taken, .stale, .refused("d")])
    }

    @Test(arguments: ["{}", #"{"jobs":3}"#, #"{"results":{}}"#, "[]"])
    func `answers of others are none`(text: String) throws {
        let answer = try document(text)
        #expect(WorkAnswers.jobs(answer) == nil)
        #expect(WorkAnswers.leases(answer, count: 0) == nil)
        #expect(WorkAnswers.receipts(answer, count: 0) == nil)
    }
}
