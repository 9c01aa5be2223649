import HTTP
import Testing

/// `Expect: 100-continue`.
@Suite struct ContinueTests {
    @Test func `a client that waits is told once to continue`() {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        let bytes = Array((head + "hi").utf8)
        let run = ParserRun(bytes, cutAt: [head.utf8.count])
        #expect(run.continues == 1)
        #expect(run.requests.first?.body == "hi")
        #expect(ParserRun(drippedFrom: bytes).continues == 1)
    }

    @Test func `a client that sends its body at once is told nothing`() {
        let run = ParserRun(
            "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nh")
        #expect(run.continues == 0)
        #expect(run.isOpen)
    }

    @Test func `a chunked body is waited for too`() {
        let run = ParserRun(
            "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n")
        #expect(run.continues == 1)
    }

    @Test(arguments: [
        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n",
    ])
    func `a request without a body needs no leave to go on`(_ text: String) {
        let run = ParserRun(drippedFrom: Array(text.utf8))
        #expect(run.continues == 0)
        #expect(run.requests.count == 1)
    }

    @Test func `HTTP 1.0 is not told to continue`() {
        let run = ParserRun(
            "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        #expect(run.continues == 0)
        #expect(run.refusal == nil)
    }

    @Test func `a head that is refused is not told to continue`() {
        let run = ParserRun(
            "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 101\r\n\r\n")
        #expect(run.continues == 0)
        #expect(run.refusal?.status == 413)
    }

    @Test func `what a client is told is a whole answer`() {
        #expect(ResponseWriter.continueBytes == Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
    }
}
