import HTTP
import Testing

/// Request targets: their forms, paths and query parameters.
@Suite struct TargetTests {
    @Test(arguments: [
        ("/", "/", []),
        ("/v1/jobs/job_1", "/v1/jobs/job_1", []),
        ("/a%20b/%C3%A9", "/a%20b/%C3%A9", []),
        ("/?", "/", []),
        ("/a?b=c", "/a", ["b=c"]),
        ("/a?b=c=d&e", "/a", ["b=c=d", "e="]),
        ("/a?&&b=1&", "/a", ["b=1"]),
        ("/a?=1", "/a", ["=1"]),
        ("/a?x=1&x=2", "/a", ["x=1", "x=2"]),
        ("/a?n%20m=a+b%2Bc%26d", "/a", ["n m=a b+c&d"]),
        ("/a?q=%C3%A9", "/a", ["q=é"]),
        ("/a?b?c/d", "/a", ["b?c/d="]),
        ("/+a", "/+a", []),
        ("http://h", "/", []),
        ("http://h/a", "/a", []),
        ("HTTP://h:80/a?b=c", "/a", ["b=c"]),
        ("http://h?b=c/d", "/", ["b=c/d"]),
        ("http://[::1]:80/a", "/a", []),
    ])
    func `a target is split into its path and its decoded parameters`(
        _ target: String, _ path: String, _ query: [String]
    ) {
        let run = ParserRun("GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(run.requests.first?.path == path)
        #expect(run.requests.first?.query == query)
    }

    @Test(arguments: [
        ("/%", badPath), ("/%4", badPath), ("/%zz", badPath), ("/a%4gb", badPath),
        ("/%00", nul), ("/a%00b", nul),
        ("/#a", fragment), ("/a?b#c", fragment), ("http://h#a", fragment),
        ("a", badForm), ("*a", badForm), ("h:80", badForm), ("https://h/", badForm),
        ("http:/h", badForm), ("http://", badForm), ("http:///a", badForm),
        ("http://:80/a", badForm), ("http://u@h/a", badForm), ("ftp://h/", badForm),
        ("?a=b", badForm), ("*", "The request target '*' is for OPTIONS only."),
        ("/?a=%", badQuery("a=%")), ("/?a=%4", badQuery("a=%4")),
        ("/?x=1&a=%zz&y", badQuery("a=%zz")), ("/?a%0=b", badQuery("a%0=b")),
        ("/?a=%00", badQuery("a=%00")), ("/?a=%FF", badQuery("a=%FF")),
        ("/?a=%C3", badQuery("a=%C3")), ("/?a=%ED%A0%80", badQuery("a=%ED%A0%80")),
    ])
    func `a target that is none is refused`(_ target: String, _ detail: String) {
        Refused("GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n", 400, detail).check()
    }

    @Test func `an asterisk is the target of OPTIONS`() {
        let request = ParserRun("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n").requests.first
        #expect(request?.method == .options)
        #expect(request?.path == "*")
    }

    @Test func `a refused parameter is shown no longer than sixty bytes`() {
        let long = String(repeating: "a", count: 500)
        let run = ParserRun("GET /?\(long)=% HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(run.refusal?.detail.contains(String(repeating: "a", count: 60) + "'") == true)
    }

    private static let badPath =
        "The path holds a '%' without two hex digits after it; write %25."
    private static let nul = "The path holds an encoded NUL (%00), which stands in no name here."
    private static let fragment =
        "The request target holds a '#'; leave the fragment out or write %23."
    private static let badForm =
        "The request target begins neither with '/' nor with 'http://' and a host."

    private static func badQuery(_ shown: String) -> String {
        "The query parameter '\(shown)' is not percent-encoded UTF-8 without NUL."
    }
}
