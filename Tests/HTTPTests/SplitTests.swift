import HTTP
import Testing

/// The same bytes give the same requests, however they are cut.
@Suite struct SplitTests {
    @Test(arguments: Samples.all)
    func `a request cut in two anywhere is the same request`(_ sample: String) {
        let bytes = Array(sample.utf8)
        let whole = ParserRun(bytes)
        #expect(!whole.requests.isEmpty)
        #expect(whole.refusal == nil)
        #expect(!whole.isOpen)
        for cut in 0...bytes.count {
            #expect(ParserRun(bytes, cutAt: [cut]) == whole, "cut at \(cut)")
        }
    }

    @Test(arguments: Samples.all)
    func `a request that comes byte by byte is the same request`(_ sample: String) {
        let bytes = Array(sample.utf8)
        #expect(ParserRun(drippedFrom: bytes) == ParserRun(bytes))
    }

    @Test(arguments: Samples.all)
    func `every beginning of a request is open and refused by nothing`(_ sample: String) {
        let bytes = Array(sample.utf8)
        for count in 1..<bytes.count {
            let run = ParserRun(Array(bytes.prefix(count)))
            #expect(run.refusal == nil, "after \(count) bytes")
            let isBetween = !run.isOpen
            // Between the requests of a pipeline, and after an empty line, nothing is open.
            #expect(!isBetween || !run.requests.isEmpty || count <= 2, "after \(count) bytes")
        }
    }

    @Test func `all samples in one pipeline give each request in order`() {
        let bytes = Array(Samples.all.joined().utf8)
        let expected = Samples.all.flatMap { ParserRun($0).requests }
        #expect(ParserRun(bytes).requests == expected)
        #expect(ParserRun(drippedFrom: bytes).requests == expected)
        for size in [2, 3, 7, 64, 1_000] {
            let cuts = Array(stride(from: size, to: bytes.count, by: size))
            #expect(ParserRun(bytes, cutAt: cuts).requests == expected)
        }
    }

    @Test func `bytes after a request stay with the caller`() {
        var parser = RequestParser(limits: .ordinary)
        let one = Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi".utf8)
        let input = one + Array("GET".utf8)
        let (head, first) = parser.consume(input.span)
        guard case .bodyBegins = first else {
            Issue.record("\(first)")
            return
        }
        let (body, event) = parser.consume(input.span.extracting(head..<input.count))
        #expect(head + body == one.count)
        guard case .request(let request) = event else {
            Issue.record("\(event)")
            return
        }
        #expect(request.body == Array("hi".utf8))
        #expect(parser.isIdle)
        #expect(!parser.isInHead)
    }

    @Test func `a parser says whether it is between requests, in a head or in a body`() {
        var parser = RequestParser(limits: .ordinary)
        #expect(parser.isIdle && !parser.isInHead)
        _ = parser.consume([0x0D].span)
        #expect(!parser.isIdle && parser.isInHead)
        _ = parser.consume([0x0A].span)
        #expect(parser.isIdle && !parser.isInHead)
        _ = parser.consume(Array("POST / HTTP/1.1\r\nHost: a\r\n".utf8).span)
        #expect(!parser.isIdle && parser.isInHead)
        _ = parser.consume(Array("Content-Length: 2\r\n\r\n".utf8).span)
        #expect(!parser.isIdle && !parser.isInHead)
        _ = parser.consume(Array("hi".utf8).span)
        #expect(parser.isIdle && !parser.isInHead)
    }

    @Test func `no bytes are no event`() {
        var parser = RequestParser(limits: .ordinary)
        let (taken, event) = parser.consume([UInt8]().span)
        #expect(taken == 0)
        guard case .needsMore = event else {
            Issue.record("\(event)")
            return
        }
    }
}
