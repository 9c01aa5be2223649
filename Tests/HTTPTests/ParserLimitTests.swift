import HTTP
import Testing

/// Each limit of the parser at its edge.
@Suite struct ParserLimitTests {
    @Test func `a head of 16 KiB is taken and one of a byte more is refused`() {
        let frame = "GET / HTTP/1.1\r\nHost: a\r\nX-A: \r\n\r\n"
        let room = 16 * 1_024 - frame.utf8.count
        let longest = head(String(repeating: "x", count: room))
        #expect(longest.utf8.count == 16 * 1_024)
        #expect(ParserRun("\r\n" + longest).requests.count == 1)
        #expect(ParserRun(drippedFrom: Array(longest.utf8)).requests.count == 1)
        let refused = Refused(
            head(String(repeating: "x", count: room + 1)), 431,
            "The request head is longer than 16384 bytes, which is the most taken here.",
            code: .headTooLarge)
        refused.check()
        #expect(refused.code.rawValue == "too_large")
    }

    @Test func `a head without an end is refused as soon as it is too long`() {
        let endless = Array("GET / HTTP/1.1\r\nX: ".utf8) + Array(repeating: 0x78, count: 16_384)
        #expect(ParserRun(Array(endless.prefix(16_384))).refusal == nil)
        #expect(ParserRun(Array(endless.prefix(16_385))).refusal?.status == 431)
        #expect(ParserRun(drippedFrom: Array(endless.prefix(16_385))).refusal?.status == 431)
    }

    @Test func `a hundred fields are taken and one more is refused`() {
        let fields = (1...99).map { "X-\($0): \($0)\r\n" }.joined()
        let most = "GET / HTTP/1.1\r\nHost: a\r\n\(fields)"
        #expect(ParserRun(most + "\r\n").requests.count == 1)
        Refused(
            most + "X: 1\r\n\r\n", 431,
            "The request has more than 100 header fields, which is the most taken here.",
            code: .headTooLarge
        ).check()
    }

    @Test func `a method of 32 bytes is taken`() {
        let method = String(repeating: "M", count: 32)
        let run = ParserRun("\(method) / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(run.requests.first?.method == .other(method))
    }

    @Test(arguments: [("/", 100), ("/batch", 200)])
    func `a body may be as long as its path allows and no byte more`(_ path: String, _ max: Int) {
        let line = "POST \(path) HTTP/1.1\r\nHost: a\r\n"
        let body = String(repeating: "x", count: max)
        let detail = "The body is longer than \(max) bytes, which is the most that this path takes."
        #expect(
            ParserRun(line + "Content-Length: \(max)\r\n\r\n\(body)").requests.first?.body == body)
        // Before a byte of the body has come.
        Refused(
            line + "Content-Length: \(max + 1)\r\n\r\n", 413, detail, code: .tooLarge
        ).check()
        Refused(
            line + "Content-Length: 9223372036854775807\r\n\r\n", 413, detail, code: .tooLarge
        ).check()
    }

    @Test func `chunks together may be as long as a body and no byte more`() {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        let fifty = "32\r\n\(String(repeating: "x", count: 50))\r\n"
        let run = ParserRun(head + fifty + fifty + "0\r\n\r\n")
        #expect(run.requests.first?.body.utf8.count == 100)
        let detail = "The body is longer than 100 bytes, which is the most that this path takes."
        Refused(head + fifty + fifty + "1\r\n", 413, detail, code: .tooLarge).check()
        Refused(head + "65\r\n", 413, detail, code: .tooLarge).check()
        Refused(head + fifty + "FFFFFFFFFFFFFFF\r\n", 413, detail, code: .tooLarge).check()
    }

    @Test func `extensions of all chunks together are bounded`() {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        let half = String(repeating: "x", count: 2_048)
        let most = head + "1;\(half)\r\na\r\n0;\(half)"
        #expect(ParserRun(most + "\r\n\r\n").requests.first?.body == "a")
        Refused(
            most + "x\r\n\r\n", 400,
            "The chunk extensions of the body are longer than 4096 bytes."
        ).check()
    }

    @Test func `fields after the body are bounded`() {
        let start = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
        let most = start + "A: b\r\nX:\(String(repeating: "x", count: 4_096 - 6 - 2 - 2))"
        #expect(ParserRun(most + "\r\n\r\n").requests.count == 1)
        Refused(
            most + "x\r\n\r\n", 431,
            "The fields after the body are longer than 4096 bytes, which is the most taken.",
            code: .headTooLarge
        ).check()
    }

    @Test func `limits begin anew with each request of a connection`() {
        let one =
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "1;\(String(repeating: "x", count: 3_000))\r\na\r\n0\r\n"
            + "T: \(String(repeating: "x", count: 3_000))\r\n\r\n"
        #expect(ParserRun(one + one + one).requests.map(\.body) == ["a", "a", "a"])
    }

    private func head(_ value: String) -> String {
        "GET / HTTP/1.1\r\nHost: a\r\nX-A: \(value)\r\n\r\n"
    }
}
