import FoundationEssentials
import Programs
import Testing

@testable import WeirWorker

@Suite struct `A handler` {
    private struct Mail: Codable, Equatable {
        var to: String
        var parts: [Part]
        var at: Date?

        struct Part: Codable, Equatable {
            var size: Int
        }
    }

    private let context = JobContext(
        LeasedWork(token: "t", id: "job_1", kind: "a"), desk: JobDesk())

    private func run<Output: Encodable & Sendable>(
        _ payload: String, _ body: @escaping @Sendable (Mail, JobContext) async throws -> Output
    ) async -> HandlerOutcome {
        let handler = Handler("a", JobSettings(), write: Handler.write, body: body)
        return await handler.run(Array(payload.utf8), context)
    }

    /// The result as text, or the failure.
    private func text(_ outcome: HandlerOutcome) -> String {
        switch outcome {
        case .returned(let bytes): String(decoding: bytes ?? Array("nothing".utf8), as: UTF8.self)
        case .threw(let failure): "\(failure)"
        }
    }

    @Test func `reads its payload and writes its result, with times as in the API`() async {
        let mail = #"{"at":"2026-11-01T08:00:00Z","parts":[{"size":1}],"to":"a/b"}"#
        let outcome = await run(mail) { mail, _ in mail }
        #expect(text(outcome) == mail)
    }

    @Test(arguments: ["2026-11-01T08:00:00Z", "2026-11-01T08:00:00.250Z"])
    func `reads times with and without milliseconds`(time: String) async {
        let outcome = await run(#"{"to":"","parts":[],"at":"\#(time)"}"#) { mail, _ in
            mail.at?.timeIntervalSince1970
        }
        #expect(text(outcome).hasPrefix("1793520000"), "\(outcome)")
    }

    @Test(arguments: [
        ("3", "at $ there is no object"),
        (#"{"parts":[]}"#, "at $ 'to' is missing"),
        (#"{"to":"secret","parts":[{"size":1},{"size":"secret"}]}"#, "at $.parts[1].size"),
        (#"{"to":null,"parts":[]}"#, "at $.to there is null where a String should be"),
        (#"{"to":"","parts":[],"at":"secret"}"#, "at $ there is what cannot be read"),
    ])
    func `is not called for a payload that is none, and the job is dead`(
        payload: String, words: String
    ) async {
        let outcome = await run(payload) { _, _ in
            Issue.record("it was called")
            return 1
        }
        guard case .threw(.dead("bad_payload", let message)) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(message.hasPrefix("the payload is no Mail: \(words)"), "\(message)")
        #expect(!message.contains("secret"))
    }

    @Test func `gives no result where it returns nothing`() async {
        let handler = Handler("a", JobSettings(), write: { nil }) { (_: Mail, _) in }
        #expect(
            text(await handler.run(Array(#"{"to":"","parts":[]}"#.utf8), context)) == "nothing")
    }

    @Test func `says how it failed`() async {
        struct Trouble: Error {}
        let mail = #"{"to":"","parts":[]}"#
        let later = await run(mail) { _, _ -> Int in throw JobFailure.later(.seconds(5)) }
        #expect(text(later) == "\(JobFailure.later(.seconds(5)))")
        let other = await run(mail) { _, _ -> Int in throw Trouble() }
        #expect(text(other) == "\(JobFailure.failed(type: "Trouble", message: "Trouble()"))")
        let canceled = await run(mail) { _, _ -> Int in throw CancellationError() }
        #expect(text(canceled).contains("CancellationError"))
        let unwritable = await run(mail) { _, _ in Double.nan }
        #expect(text(unwritable).contains("EncodingError"), "\(unwritable)")
    }
}
