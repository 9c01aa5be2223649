import HTTP
import Testing

/// Heads whose lines are exact and that are refused for what they say.
@Suite struct MeaningRefusalTests {
    @Test(arguments: [
        Refused(fields: "Content-Length: 1\r\nTransfer-Encoding: chunked", 400, both),
        Refused(fields: "Transfer-Encoding: chunked\r\nContent-Length: 0", 400, both),
        Refused(fields: "Transfer-Encoding: gzip\r\ncontent-length: 0", 400, both),
        Refused(fields: "Content-Length: 1\r\nContent-Length: 1", 400, twoLengths),
        Refused(fields: "Content-Length: 1\r\ncontent-length: 2", 400, twoLengths),
        Refused(fields: "Content-Length:", 400, badLength),
        Refused(fields: "Content-Length: +1", 400, badLength),
        Refused(fields: "Content-Length: -1", 400, badLength),
        Refused(fields: "Content-Length: 0x1", 400, badLength),
        Refused(fields: "Content-Length: 1, 1", 400, badLength),
        Refused(fields: "Content-Length: 1 1", 400, badLength),
        Refused(fields: "Content-Length: 1.0", 400, badLength),
        Refused(fields: "Content-Length: ١", 400, badLength),
        Refused(fields: "Content-Length: 99999999999999999999999999x", 400, badLength),
        Refused(
            fields: "Content-Length: 9223372036854775808", 400,
            "Content-Length is a number beyond 63 bits."),
        Refused(
            fields: "Content-Length: 184467440737095516160", 400,
            "Content-Length is a number beyond 63 bits."),
        Refused(fields: "Transfer-Encoding: gzip", 501, coding),
        Refused(fields: "Transfer-Encoding: gzip, chunked", 501, coding),
        Refused(fields: "Transfer-Encoding: chunked, chunked", 501, coding),
        Refused(fields: "Transfer-Encoding: chunked;a=b", 501, coding),
        Refused(fields: "Transfer-Encoding: \"chunked\"", 501, coding),
        Refused(fields: "Transfer-Encoding:", 501, coding),
        Refused(fields: "Transfer-Encoding: identity", 501, coding),
        Refused(
            fields: "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", 501, coding),
        Refused(
            fields: "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", 501, coding),
        Refused(
            "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400,
            "HTTP/1.0 knows no Transfer-Encoding; use Content-Length or HTTP/1.1."),
    ])
    func `a body whose end is in doubt is refused`(_ refused: Refused) {
        refused.check()
    }

    @Test(arguments: [
        Refused(
            "GET / HTTP/1.1\r\n\r\n", 400,
            "The Host field is missing; HTTP/1.1 needs exactly one."),
        Refused(fields: "Host: a", 400, "There is more than one Host field; send exactly one."),
        Refused(
            "GET / HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n", 400,
            "There is more than one Host field; send exactly one."),
    ])
    func `a host that is missing or there twice is refused`(_ refused: Refused) {
        refused.check()
    }

    @Test(arguments: [
        "a b", "a,b/c", "user@a", "a:b", "a:123456", "a:65536", "a:1:2", "a/", "a?b", "[::1", "[]",
        "[::1]x", "[:: 1]", "a%", "a%2", "a%zz", "é", "a\\b", "<a>", "::1",
    ])
    func `a host that is none is refused`(_ host: String) {
        Refused(
            "GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n", 400,
            "The Host field is not a host with at most a port."
        ).check()
    }

    @Test(arguments: [
        "", "a", "a.b-c_d", "a:", "a:0", "a:65535", "127.0.0.1:8787", "[::1]", "[::1]:80", "a%41",
        "[v1.x]", "a,b",
    ])
    func `a host with or without a port is taken`(_ host: String) {
        #expect(ParserRun("GET / HTTP/1.1\r\nHost:\(host)\r\n\r\n").requests.count == 1)
    }

    @Test(arguments: ["", "100-continue, 100-continue", "200-ok", "100-continue;a", "100"])
    func `an expectation other than 100-continue is refused with 417`(_ value: String) {
        Refused(
            fields: "Expect: \(value)", 417,
            "The only expectation that is met here is '100-continue'."
        ).check()
    }

    @Test func `a refusal is answered as a problem with its code`() {
        let response = ParserRun("GET / HTTP/1.1\r\n\r\n").refusal?.response
        #expect(response?.status == 400)
        #expect(response?.contentType == .problem)
        let text = response.map { String(decoding: $0.body, as: UTF8.self) } ?? ""
        #expect(text.contains("\"code\":\"malformed_request\""))
        #expect(text.contains("\"detail\":\"The Host field is missing; HTTP/1.1 needs"))
    }

    private static let both =
        "Content-Length and Transfer-Encoding are both given; send one of them."
    private static let twoLengths =
        "There is more than one Content-Length field; send exactly one."
    private static let badLength = "Content-Length is not one number of decimal digits alone."
    private static let coding = "The only Transfer-Encoding taken here is 'chunked', once."
}
