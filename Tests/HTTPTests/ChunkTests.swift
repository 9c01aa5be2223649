import HTTP
import Testing

/// Chunked bodies.
@Suite struct ChunkTests {
    @Test(arguments: [
        ("0\r\n\r\n", ""),
        ("5\r\nhello\r\n0\r\n\r\n", "hello"),
        ("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", "hello!"),
        ("a\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
        ("A\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
        ("0005\r\nhello\r\n000\r\n\r\n", "hello"),
        ("5;a=b;c=\"d e\"\r\nhello\r\n0;last\r\n\r\n", "hello"),
        ("5;\r\nhello\r\n0\r\n\r\n", "hello"),
        ("2\r\n\r\n\r\n0\r\n\r\n", "\r\n"),
        ("5\r\nhello\r\n0\r\nX-A: trailer\r\nDigest:\r\n\r\n", "hello"),
    ])
    func `a chunked body is put together, without extensions and trailers`(
        _ chunks: String, _ body: String
    ) {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
        let whole = ParserRun(head + chunks + "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(whole.requests.map(\.body) == [body, ""])
        #expect(whole.requests.first?.headers[1] == nil)
        #expect(whole == ParserRun(drippedFrom: Array((head + chunks + next).utf8)))
    }

    @Test(arguments: [
        Refused(chunks: "\r\n", 400, badSize),
        Refused(chunks: "-1\r\n", 400, badSize),
        Refused(chunks: "+1\r\n", 400, badSize),
        Refused(chunks: " 1\r\n", 400, badSize),
        Refused(chunks: "1 \r\n", 400, badSize),
        Refused(chunks: "1 ;a\r\n", 400, badSize),
        Refused(chunks: "0x1\r\n", 400, badSize),
        Refused(chunks: "g\r\n", 400, badSize),
        Refused(chunks: ";a\r\n", 400, badSize),
        Refused(
            chunks: "1000000000000000\r\n", 400,
            "A chunk size is a number of more than 15 hex digits."),
        Refused(
            chunks: "FFFFFFFFFFFFFFFFF\r\n", 400,
            "A chunk size is a number of more than 15 hex digits."),
        Refused(chunks: "1\n", 400, bareLineFeed),
        Refused(chunks: "1\ra", 400, bareReturn),
        Refused(chunks: "1;a\n", 400, bareLineFeed),
        Refused(chunks: "1;a\rb", 400, bareReturn),
        Refused(chunks: "1;\0", 400, "A chunk extension holds a control character."),
        Refused(chunks: "1\r\nab", 400, unended),
        Refused(chunks: "1\r\na\n", 400, unended),
        Refused(chunks: "1\r\na\rb", 400, unended),
        Refused(chunks: "0\r\n\n", 400, bareLineFeed),
        Refused(chunks: "0\r\n\ra", 400, bareReturn),
        Refused(chunks: "0\r\n X: 1\r\n", 400, badTrailer),
        Refused(chunks: "0\r\n: 1\r\n", 400, badTrailer),
        Refused(chunks: "0\r\nX\r\n", 400, badTrailer),
        Refused(chunks: "0\r\nX : 1\r\n", 400, badTrailer),
        Refused(chunks: "0\r\nX: 1\n", 400, bareLineFeed),
        Refused(chunks: "0\r\nX: 1\rb", 400, bareReturn),
        Refused(
            chunks: "0\r\nX: \0", 400,
            "The value of a field after the body holds a control character."),
        Refused(
            chunks: "0\r\nX: 1\r\n folded\r\n", 400, badTrailer),
    ])
    func `chunks that are not exact are refused`(_ refused: Refused) {
        refused.check()
    }

    private let next = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    private static let badSize = "A chunk size is not a number of hex digits alone."
    private static let bareLineFeed = "A line ends with LF alone; end it with CR LF."
    private static let bareReturn = "A line holds a CR that no LF follows; end it with CR LF."
    private static let unended = "A chunk is longer than its size, or CR LF does not follow it."
    private static let badTrailer =
        "A field after the body has no name, or a name that is not a token."
}
