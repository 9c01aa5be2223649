import Testing

@testable import CLI
@testable import HTTPClient

@Suite struct `A refusal by the server` {
    private let command = Command(
        name: "sample", arguments: "KIND [JSON]", summary: "A sample.", argumentsMin: 1,
        argumentsMax: 2,
        options: [
            Option("delay", "TIME", "a time"), Option("attempts", "N", "a number"),
            Option("created-after", "TIME", "a time"), Option("tenant", "ID", "a tenant"),
            Option("url", "URL", "the server"), Option("to", "URL", "another"),
            Option(flag: "force", "a switch"),
        ],
        run: { _ in .ok })

    private func refusal(_ body: String, status: Int = 422) -> APIError {
        APIError(ClientResponse(status: status, body: Array(body.utf8)))
    }

    private func refusal(of path: String) -> APIError {
        refusal(
            #"{"code":"invalid","detail":"wrong","errors":[{"path":"\#(path)","message":"m"}]}"#)
    }

    @Test(arguments: [
        ("$.delay", "--delay: m"), ("$.max_attempts", "--attempts: m"),
        ("?created_after", "--created-after: m"), ("$.kind", "KIND: m"), ("$.payload.a", "JSON: m"),
        ("$.url", "--to: m"),
    ])
    func `of a field is told in the words of the command line`(path: String, message: String) {
        #expect(refusal(of: path).usageError(of: command)?.message == message)
    }

    @Test(arguments: ["$.surprise", "", "$", "$.priority"])
    func `of a field that no word makes is told in the server's words`(path: String) {
        #expect(refusal(of: path).usageError(of: command) == nil)
    }

    @Test func `that tells of a part of the query names the flag that makes it`() {
        let body = #"{"code":"conflict","detail":"Delete it with ?force=true, or ?all=true."}"#
        #expect(
            refusal(body, status: 409).sentence(for: command)
                == "Delete it with --force, or ?all=true.")
    }

    @Test func `for want of a tenant names the flag`() {
        let body = #"{"code":"invalid","detail":"… header 'Weir-Tenant: ID'.","errors":[]}"#
        let message = refusal(body).usageError(of: command)?.message
        #expect(message?.contains("--tenant ID") ?? false)
    }

    @Test(arguments: ["", "<html>", "[]", "{}", #"{"errors":7,"detail":7}"#])
    func `by something that is not Weir is no usage error`(body: String) {
        let refusal = refusal(body, status: 502)
        #expect(refusal.usageError(of: command) == nil)
        #expect(refusal.code == "unknown")
        #expect(refusal.detail.contains("502"))
    }
}
