import Bench
import Testing

@Suite struct `Reading answers` {
    private static let answer = Array(
        """
        HTTP/1.1 201 Created\r\nDate: Mon\r\nContent-Type: application/json\r
        Content-Length: 11\r\nConnection: keep-alive\r\n\r\n{"id":"j1"}
        """.utf8)

    /// Feeds bytes in parts; after which parts an answer was complete.
    private func feed(
        _ parts: [[UInt8]], to reader: inout ResponseReader
    ) throws -> [Bool] {
        var ends: [Bool] = []
        for part in parts { ends.append(try reader.take(part.span)) }
        return ends
    }

    @Test func `an answer in one piece gives its status and body`() throws {
        var reader = ResponseReader(keepsBody: true)
        #expect(try feed([Self.answer], to: &reader) == [true])
        #expect(reader.status == 201)
        #expect(String(decoding: reader.body, as: UTF8.self) == #"{"id":"j1"}"#)
    }

    @Test func `an answer may come in any two pieces`() throws {
        for cut in 1..<Self.answer.count {
            var reader = ResponseReader(keepsBody: true)
            let parts = [Array(Self.answer[..<cut]), Array(Self.answer[cut...])]
            #expect(try feed(parts, to: &reader) == [false, true], "cut at \(cut)")
            #expect(reader.status == 201 && reader.body.count == 11, "cut at \(cut)")
        }
    }

    @Test func `an answer may come byte by byte, and another follow`() throws {
        var reader = ResponseReader(keepsBody: true)
        for _ in 0..<2 {
            let ends = try feed(Self.answer.map { [$0] }, to: &reader)
            #expect(ends.firstIndex(of: true) == Self.answer.count - 1)
            #expect(reader.body.count == 11)
        }
    }

    @Test func `a body that nobody wants is counted, not kept`() throws {
        var reader = ResponseReader(keepsBody: false)
        #expect(try feed([Self.answer, Self.answer], to: &reader) == [true, true])
        #expect(reader.body == [])
        #expect(reader.status == 201)
    }

    @Test func `an answer without a body ends with its head`() throws {
        var reader = ResponseReader(keepsBody: true)
        let bytes = Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)
        #expect(try feed([bytes], to: &reader) == [true])
        #expect(reader.body == [])
    }

    @Test(arguments: [
        "SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 200 OK\r\nDate: Mon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
    ])
    func `what is no answer of the server ends the run`(text: String) {
        var reader = ResponseReader(keepsBody: true)
        #expect(throws: BenchError.self) { _ = try feed([Array(text.utf8)], to: &reader) }
    }

    @Test func `tokens are found in the order of the jobs`() {
        let body = Array(
            #"{"jobs":[{"lease":{"token":"one","at":1}},{"lease":{"token":"two"}}]}"#.utf8)
        let texts = ByteSearch.texts(after: Array(#""lease":{"token":""#.utf8), in: body)
        #expect(texts.map { String(decoding: $0, as: UTF8.self) } == ["one", "two"])
        #expect(ByteSearch.texts(after: Array("none".utf8), in: body).isEmpty)
        #expect(ByteSearch.number(after: Array(#""at":"#.utf8), in: body) == 1)
        #expect(ByteSearch.number(after: Array(#""token":"#.utf8), in: body) == nil)
    }

    @Test func `a request is made once and its gaps are filled again and again`() {
        var request = RequestBytes(
            "POST", "/v1/jobs", key: "k", tenant: RequestBytes.gap(2),
            body: #"{"n":\#(RequestBytes.gap(3))}"#)
        for (tenant, number) in [("ab", "123"), ("cd", "456")] {
            request.fill(0, with: tenant.utf8)
            request.fill(1, with: number.utf8)
            let text = String(decoding: request.bytes, as: UTF8.self)
            #expect(text.contains("\r\nWeir-Tenant: \(tenant)\r\n"))
            #expect(text.contains("\r\nContent-Length: 9\r\n"))
            #expect(text.hasSuffix("\r\n\r\n{\"n\":\(number)}"))
        }
    }
}
