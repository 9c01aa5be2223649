import HTTP
import Testing

/// Answers as bytes.
@Suite struct ResponseWriterTests {
    private let date = Array("Sun, 06 Nov 1994 08:49:37 GMT".utf8)

    @Test func `an answer is written exactly so`() {
        let response = Response(
            status: 201, contentType: .json, headers: [("Weir-Plan", "free")],
            body: Array("{\"id\":1}".utf8))
        #expect(
            text(response, date: date)
                == "HTTP/1.1 201 Created\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                + "Content-Type: application/json\r\nWeir-Plan: free\r\nContent-Length: 8\r\n"
                + "Connection: keep-alive\r\n\r\n{\"id\":1}")
    }

    @Test func `an answer to HEAD has the length of the body and not the body`() {
        let response = Response(status: 200, contentType: .text, body: Array("hello".utf8))
        #expect(
            text(response, keepAlive: false, isHead: true)
                == "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + "Content-Length: 5\r\nConnection: close\r\n\r\n")
    }

    @Test(arguments: [204, 304])
    func `an answer that may have no body has no length and no body`(_ status: Int) {
        let written = text(Response(status: status, body: Array("x".utf8)))
        #expect(!written.contains("Content-Length"))
        #expect(written.hasSuffix("\r\n\r\n"))
    }

    @Test func `an empty body has the length 0`() {
        #expect(
            text(Response(status: 200))
                == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n")
    }

    @Test(arguments: [0, 9, 10, 99, 100, 1_048_576])
    func `the length is written in decimal`(_ count: Int) {
        let response = Response(status: 200, body: Array(repeating: 0x78, count: count))
        #expect(text(response).contains("\r\nContent-Length: \(count)\r\n"))
    }

    @Test func `a value cannot end its line`() {
        let response = Response(status: 200, headers: [("X", "a\r\nSet-Cookie: b\0\u{7F}\tc é")])
        #expect(text(response).contains("\r\nX: a  Set-Cookie: b  \tc é\r\nContent-Length"))
    }

    @Test func `answers are appended to what is there`() {
        var bytes = Array("before".utf8)
        for _ in 0..<100 {
            ResponseWriter.write(
                Response(status: 204), keepAlive: true, isHead: false, date: [], into: &bytes)
        }
        let one = "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n"
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == "before" + String(repeating: one, count: 100))
    }

    @Test func `every status of a problem has its reason, and one unknown has none`() {
        for code in ProblemCode.allCases {
            let line = text(Response(status: code.status)).prefix { $0 != "\r\n" }
            #expect(line.hasPrefix("HTTP/1.1 \(code.status) "))
            #expect(line.utf8.count > 14, "\(line)")
        }
        #expect(text(Response(status: 299)).hasPrefix("HTTP/1.1 299 \r\n"))
    }

    private func text(
        _ response: Response, keepAlive: Bool = true, isHead: Bool = false, date: [UInt8] = []
    ) -> String {
        var bytes: [UInt8] = []
        ResponseWriter.write(
            response, keepAlive: keepAlive, isHead: isHead, date: date, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
