import HTTP
import Testing

/// What a request says once it was read.
@Suite struct RequestTests {
    @Test(arguments: [
        ("GET", Method.get), ("HEAD", .head), ("POST", .post), ("PUT", .put), ("PATCH", .patch),
        ("DELETE", .delete), ("OPTIONS", .options), ("get", .other("get")),
        ("BREW", .other("BREW")), ("POSTS", .other("POSTS")), ("M-SEARCH", .other("M-SEARCH")),
    ])
    func `a method is known by its exact name`(_ name: String, _ method: Method) {
        let run = ParserRun("\(name) / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(run.requests.first?.method == method)
        #expect(method.name == name)
    }

    @Test func `a header is found in whatever case, the first of its name, without its blanks`() {
        let request = parse(
            "GET / HTTP/1.1\r\nhOsT:a\r\nX-One: \t a b \t\r\nX-ONE: second\r\nX-Empty:\r\n"
                + "X-Longer: 1\r\nX-Text: é\r\n\r\n")
        #expect(request?.header("Host") == "a")
        #expect(request?.header("x-one") == "a b")
        #expect(request?.header("X-EMPTY") == "")
        #expect(request?.header("X-Long") == nil)
        #expect(request?.header("X-Text") == "é")
        #expect(request?.header("absent") == nil)
    }

    @Test func `names that differ by a bit beyond case are different`() {
        let request = parse("GET / HTTP/1.1\r\nHost: a\r\nX^: 1\r\n\r\n")
        #expect(request?.header("X~") == nil)
        #expect(request?.header("x^") == "1")
    }

    @Test func `a request put together by hand answers like one that was read`() {
        let request = Request(
            method: .post, path: "/a", query: [("b", "c")],
            headers: [("X-One", "1"), ("X-Two", "2")], body: [1, 2])
        #expect(request.header("x-two") == "2")
        #expect(request.header("X-One") == "1")
        #expect(request.header("X-O") == nil)
        #expect(request.keepAlive)
        #expect(request.version == .http11)
    }

    @Test(arguments: [
        ("HTTP/1.1", "", true),
        ("HTTP/1.1", "Connection: close\r\n", false),
        ("HTTP/1.1", "Connection: Close\r\n", false),
        ("HTTP/1.1", "connection: upgrade , close\r\n", false),
        ("HTTP/1.1", "Connection: keep-alive\r\nConnection: close\r\n", false),
        ("HTTP/1.1", "Connection: closed\r\n", true),
        ("HTTP/1.1", "Connection: ,\r\n", true),
        ("HTTP/1.1", "Connection:\r\n", true),
        ("HTTP/1.0", "", false),
        ("HTTP/1.0", "Connection: keep-alive\r\n", true),
        ("HTTP/1.0", "Connection: Keep-Alive, x\r\n", true),
        ("HTTP/1.0", "Connection: keep-alive, close\r\n", false),
    ])
    func `a connection stays open as its version and its Connection field say`(
        _ version: String, _ field: String, _ keepAlive: Bool
    ) {
        let request = ParserRun("GET / \(version)\r\nHost: a\r\n\(field)\r\n").requests.first
        #expect(request?.keepAlive == keepAlive)
        #expect(request?.version == (version == "HTTP/1.1" ? .http11 : .http10))
    }

    @Test func `HTTP 1.0 needs no host`() {
        let run = ParserRun("POST /a HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi")
        #expect(run.requests.first?.body == "hi")
    }

    @Test func `zeros before a length change nothing`() {
        let run = ParserRun(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 00000000000000000000000002\r\n\r\nhi")
        #expect(run.requests.first?.body == "hi")
    }

    private func parse(_ text: String) -> Request? {
        var parser = RequestParser(limits: .ordinary)
        guard case .request(let request) = parser.consume(Array(text.utf8).span).event else {
            return nil
        }
        return request
    }
}
