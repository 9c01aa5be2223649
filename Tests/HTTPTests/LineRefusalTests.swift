import HTTP
import Testing

/// Request lines and header lines that are refused.
@Suite struct LineRefusalTests {
    @Test(arguments: [
        Refused(
            "\u{16}\u{03}\u{01}", 400,
            "The connection begins with TLS; this port speaks plain HTTP. Use http://."),
        Refused(" GET / HTTP/1.1\r\n", 400, noMethod),
        Refused("\0", 400, noMethod),
        Refused("{}", 400, noMethod),
        Refused("GET\r\n", 400, noMethod),
        Refused("GET\t/ HTTP/1.1\r\n", 400, noMethod),
        Refused("GE(T / HTTP/1.1\r\n", 400, noMethod),
        Refused(
            String(repeating: "M", count: 33) + " / HTTP/1.1\r\n", 501,
            "The method is longer than 32 bytes; no such method is known."),
        Refused("GET  / HTTP/1.1\r\n", 400, badTarget),
        Refused("GET /a\tb HTTP/1.1\r\n", 400, badTarget),
        Refused("GET /a\0b HTTP/1.1\r\n", 400, badTarget),
        Refused("GET /a\u{7F}b HTTP/1.1\r\n", 400, badTarget),
        Refused("GET /é HTTP/1.1\r\n", 400, badTarget),
        Refused("GET /\r HTTP/1.1\r\n", 400, badTarget),
        Refused("GET /\r\n", 400, badVersion),
        Refused("GET / \r\n", 400, badVersion),
        Refused("GET /a b HTTP/1.1\r\n", 400, badVersion),
        Refused("GET / http/1.1\r\n", 400, badVersion),
        Refused("GET /  HTTP/1.1\r\n", 400, badVersion),
        Refused("GET / HTTP/1.1 \r\n", 400, badVersion),
        Refused("GET / HTTP/11\r\n", 400, badVersion),
        Refused("GET / HTTP/1.10\r\n", 400, badVersion),
        Refused("GET / HTTP/1.1\r\r\n", 400, badVersion),
        Refused("GET / HTTP/1.2\r\n", 505, "Version HTTP/1.2 is not spoken here; use HTTP/1.1."),
        Refused("GET / HTTP/0.9\r\n", 505, "Version HTTP/0.9 is not spoken here; use HTTP/1.1."),
        Refused(
            "PRI * HTTP/2.0\r\n\r\nSM", 505, "Version HTTP/2.0 is not spoken here; use HTTP/1.1."),
        Refused("GET / HTTP/1.1\n", 400, bareLineFeed),
        Refused("\n", 400, bareLineFeed),
        Refused("\rG", 400, bareReturn),
        Refused(
            "\r\n\r\nGET / HTTP/1.1\r\n", 400,
            "The request begins with more than one empty line."),
    ])
    func `a request line that is not exact is refused`(_ refused: Refused) {
        refused.check()
    }

    @Test(arguments: [
        Refused(fields: "X-A: 1\n", 400, bareLineFeed),
        Refused(fields: "X-A: 1\n\r", 400, bareLineFeed),
        Refused(fields: "X-A: 1\r\r", 400, bareReturn),
        Refused(fields: "X-A: 1\r2", 400, bareReturn),
        Refused(fields: "X-A: 1\r\n folded", 400, folded),
        Refused(fields: "X-A: 1\r\n\tfolded", 400, folded),
        Refused(fields: "X-A: 1\r\n ", 400, folded),
        Refused("GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400, folded),
        Refused(fields: "X-A : 1", 400, "A header field has a space before its colon."),
        Refused(fields: "X-A\t: 1", 400, "A header field has a space before its colon."),
        Refused(fields: "X A: 1", 400, "A header field has a space before its colon."),
        Refused(fields: ": 1", 400, badName),
        Refused(fields: "X-A", 400, badName),
        Refused(fields: "X(A): 1", 400, badName),
        Refused(fields: "X\0A: 1", 400, badName),
        Refused(fields: "Ä: 1", 400, badName),
        Refused(fields: "X-A: a\0b", 400, control),
        Refused(fields: "X-A: a\u{01}b", 400, control),
        Refused(fields: "X-A: a\u{1F}", 400, control),
        Refused(fields: "X-A: \u{7F}", 400, control),
    ])
    func `a header line that is not exact is refused`(_ refused: Refused) {
        refused.check()
    }

    @Test(arguments: UInt8.min...UInt8.max)
    func `a field name is made of the bytes of a token`(_ byte: UInt8) {
        let bytes =
            Array("GET / HTTP/1.1\r\nHost: a\r\nX".utf8) + [byte] + Array("Y: 1\r\n\r\n".utf8)
        let isToken =
            byte < 128
            && "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                .utf8.contains(byte)
        // "X:Y: 1" is the field X with the value "Y: 1".
        let isAccepted = isToken || byte == UInt8(ascii: ":")
        #expect((ParserRun(bytes).refusal == nil) == isAccepted)
    }

    @Test(arguments: UInt8.min...UInt8.max)
    func `a field value is made of tabs, spaces, visible bytes and bytes beyond ASCII`(
        _ byte: UInt8
    ) {
        let bytes =
            Array("GET / HTTP/1.1\r\nHost: a\r\nX: a".utf8) + [byte] + Array("b\r\n\r\n".utf8)
        let isAccepted = byte == 0x09 || byte >= 0x20 && byte != 0x7F
        #expect((ParserRun(bytes).refusal == nil) == isAccepted)
    }

    @Test(arguments: UInt8.min...UInt8.max)
    func `a method is made of the bytes of a token`(_ byte: UInt8) {
        let bytes = Array("A".utf8) + [byte] + Array("B / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        let field =
            Array("GET / HTTP/1.1\r\nHost: a\r\nA".utf8) + [byte] + Array("B: 1\r\n\r\n".utf8)
        let isAccepted = ParserRun(field).refusal == nil && byte != UInt8(ascii: ":")
        #expect((ParserRun(bytes).refusal == nil) == isAccepted)
    }

    private static let noMethod = "The request line does not begin with a method and one space."
    private static let badTarget =
        "The request target is empty or holds a control character or a byte beyond ASCII; "
        + "percent-encode it."
    private static let badVersion =
        "The request line does not end with one space and an HTTP version."
    private static let bareLineFeed = "A line ends with LF alone; end it with CR LF."
    private static let bareReturn = "A line holds a CR that no LF follows; end it with CR LF."
    private static let folded =
        "A header field begins with a space or is folded; write it on one line."
    private static let badName =
        "A header field has no name, no colon, or a name that is not a token."
    private static let control = "The value of a header field holds a control character."
}
