import Glibc
import Testing

/// A receiver of events that is not ours: a Python program which verifies each call.
final class WebhookReceiver {
    let port: Int
    private let output: UnsafeMutablePointer<FILE>

    init() throws {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
            .joined(separator: "/")
        // scripts/setup makes the first of them.
        let own = root + "/.build/python/bin/python3"
        let python = access(own, X_OK) == 0 ? own : "python3"
        output = try #require(popen("exec \(python) \(root)/fixtures/webhooks/receiver.py", "r"))
        var line = [CChar](repeating: 0, count: 32)
        try #require(fgets(&line, 32, output) != nil, "the receiver did not begin")
        let digits = line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
        port = try #require(Int(String(decoding: digits, as: UTF8.self)))
    }

    deinit {
        _ = try? ask("GET", "/quit")
        pclose(output)
    }

    /// Where calls get this status.
    func url(answering status: Int) -> String { "http://127.0.0.1:\(port)/answer/\(status)" }

    /// Where calls get 500 until the n-th with one id.
    func url(answering status: Int, fromTry count: Int) -> String {
        "http://127.0.0.1:\(port)/then/\(count)/\(status)"
    }

    func know(_ secrets: [String]) throws {
        _ = try ask("PUT", "/secrets", secrets.joined(separator: "\n"))
    }

    /// The calls, `calls.0.id` and so on, once so many have come.
    func seen(count: Int = 0) throws -> BoxAnswer {
        let answer = try ask("GET", "/seen/\(count)")
        guard answer.count("calls") >= count else {
            throw RawClient.Lost(reason: "the receiver did not see \(count) calls in time")
        }
        return answer
    }

    private func ask(_ method: String, _ path: String, _ body: String = "") throws -> BoxAnswer {
        let client = try RawClient(port: port)
        client.ask(method, path, key: nil, body: body)
        return try client.answer()
    }
}
