import HTTP
import JSON
import Testing

/// What a client could send to harm more than its own request.
@Suite struct HostileInputTests {
    @Test func `a bad request behind good ones takes nothing from them`() {
        let good = "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
        let bytes = Array((good + good + "GET /2 HTTP/1.1\r\n\r\n").utf8)
        for run in [ParserRun(bytes), ParserRun(drippedFrom: bytes)] {
            #expect(run.requests.map(\.body) == ["hi", "hi"])
            #expect(run.refusal?.status == 400)
        }
    }

    @Test(arguments: [
        "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 30\r\n\r\n",
        "POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1E\r\n",
    ])
    func `a request inside of a body is data`(_ head: String) {
        let inner = "GET /2 HTTP/1.1\r\nHost: b\r\n\r\n.."
        #expect(inner.utf8.count == 30)
        let end = head.contains("chunked") ? "\r\n0\r\n\r\n" : ""
        let run = ParserRun(head + inner + end)
        #expect(run.requests.map(\.path) == ["/1"])
        #expect(run.requests.map(\.body) == [inner])
        #expect(!run.isOpen)
    }

    @Test func `text from outside cannot leave its string in a problem`() throws {
        let text = "\"}],\u{0}\r\n\\ é\u{2028}"
        let problem = Problem(
            .invalid, detail: text,
            members: [("x", .string(text)), ("errors", .errors([(path: text, message: text)]))])
        let document = try JSONDocument(validating: problem.response().body)
        let error = try #require(
            document.member(document.root, "errors").flatMap { list in
                document.elements(of: list).first { _ in true }
            })
        let shown = [
            document.member(document.root, "detail"), document.member(document.root, "x"),
            document.member(error, "path"), document.member(error, "message"),
        ]
        #expect(shown.map { $0.map(document.text) } == [text, text, text, text])
    }

    @Test func `what a refusal shows of a request stays in its string`() throws {
        let run = ParserRun("GET /?\"},{\\%zz HTTP/1.1\r\nHost: a\r\n\r\n")
        let response = try #require(run.refusal?.response)
        let document = try JSONDocument(validating: response.body)
        let detail = try #require(document.member(document.root, "detail"))
        #expect(document.text(detail).contains("'\"},{\\%zz'"))
    }

    @Test(arguments: ["/a", "/", "/%41", "/v1/jobs"])
    func `a path of thousands of segments is not found`(_ segment: String) {
        let router = Router<Int>([
            (.get, "/:a/:b/:c", 1), (.get, "/a/:b/c", 2), (.get, "/v1/jobs/:id", 3),
        ])
        let path = String(repeating: segment, count: 16_000 / segment.utf8.count)
        guard case .notFound = router.match(.get, path) else {
            Issue.record("\(router.match(.get, path))")
            return
        }
    }

    @Test func `a body of 64 KiB in single bytes is read`() {
        let body = String(repeating: "x", count: 65_536)
        let text = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65536\r\n\r\n" + body
        let run = ParserRun(drippedFrom: Array(text.utf8), limits: HTTPLimits { _ in 65_536 })
        #expect(run.requests.map(\.body.utf8.count) == [65_536])
    }
}
