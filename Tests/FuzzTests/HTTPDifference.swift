/// Where Weir and h11 are meant to differ: what we say, why, and what bytes it can be said of.
struct HTTPDifference: Sendable {
    /// How our refusal begins, or what h11 says where it refuses and we do not.
    let words: String
    let reason: String
    let holds: @Sendable (HTTPLines) -> Bool

    private init(
        _ words: String, _ reason: String, _ holds: @escaping @Sendable (HTTPLines) -> Bool
    ) {
        self.words = words
        self.reason = reason
        self.holds = holds
    }

    /// What we refuse and h11 takes, or waits for more of.
    static let stricter = [
        HTTPDifference(
            "A line ends with LF alone",
            "RFC 9112 §2.2 allows to take it; a proxy that does not sees other requests"
        ) { $0.hasLoneLineFeed },
        HTTPDifference("A line holds a CR", "h11 takes any byte but LF in a chunk extension") {
            $0.hasLoneReturn
        },
        HTTPDifference("Version HTTP/", "h11 leaves versions to the application") {
            $0.has { line in
                line.contains(" HTTP/") && !line.hasSuffix("/1.1") && !line.hasSuffix("/1.0")
            }
        },
        HTTPDifference("The method is longer", "h11 bounds the head, not what is in it") {
            $0.has { $0.prefix { $0 != " " }.utf8.count > 32 }
        },
        HTTPDifference("The request target begins neither", "h11 does not look into targets") {
            $0.hasTarget { !$0.hasPrefix("/") && $0 != "*" }
        },
        HTTPDifference("The request target '*'", "h11 does not look into targets") {
            $0.hasTarget { $0 == "*" }
        },
        HTTPDifference("The request target holds a '#'", "h11 does not look into targets") {
            $0.hasTarget { $0.contains("#") }
        },
        HTTPDifference("The path holds", "h11 does not look into targets") {
            $0.hasTarget { HTTPLines.hasBadEscape($0) }
        },
        HTTPDifference("The query parameter", "h11 does not look into targets") {
            $0.hasTarget { $0.contains("?") && HTTPLines.hasBadEscape($0) }
        },
        HTTPDifference("A header field begins with a space", "h11 unfolds lines") {
            $0.has { $0.hasPrefix(" ") || $0.hasPrefix("\t") }
        },
        HTTPDifference("The value of a header field", "h11 takes controls but NUL and white space")
        { $0.hasControl },
        HTTPDifference("The request has more than", "h11 bounds the head, not what is in it") {
            $0.count > 100
        },
        HTTPDifference("The Host field is not", "h11 does not look at hosts") {
            $0.hasValue(of: "host") { !HTTPLines.isPlainHost($0) }
        },
        HTTPDifference("The only expectation", "h11 ignores what it does not know") {
            $0.hasValue(of: "expect") { $0.lowercased() != "100-continue" }
        },
        HTTPDifference(
            "There is more than one Content-Length",
            "RFC 9112 §6.3 allows to take equal ones; nobody who means well sends them"
        ) { $0.count("content-length") > 1 },
        HTTPDifference("Content-Length is not", "h11 unfolds, and takes equal numbers for one") {
            $0.has { line in
                line.hasPrefix(" ") || line.hasPrefix("\t")
                    || line.lowercased().hasPrefix("content-length:") && line.contains(",")
            }
        },
        HTTPDifference("Content-Length is a number", "h11 counts without bounds, to 20 digits") {
            $0.hasRun(ofDigits: 19)
        },
        HTTPDifference(
            "Content-Length and Transfer-Encoding",
            "RFC 9112 §6.1 allows to take the coding; it is how requests are smuggled"
        ) { $0.has("content-length") && $0.has("transfer-encoding") },
        HTTPDifference("HTTP/1.0 knows no", "RFC 9112 §6.1 calls such framing faulty") {
            $0.has("transfer-encoding") && $0.has { $0.contains("HTTP/1.0") }
        },
        HTTPDifference("The body is longer", "bodies are bounded here, by each route") {
            // Of a chunked body the size of a chunk says so.
            $0.hasValue(of: "content-length") { (Int($0) ?? .max) > HTTPVerdict.bodyBytesMax }
                || $0.has("transfer-encoding")
                    && $0.has { Int($0.prefix { $0.isHexDigit }, radix: 16) ?? 0 > 200 }
        },
        HTTPDifference("A chunk size is not", "h11 takes space behind a chunk size") {
            $0.has { $0.hasSuffix(" ") || $0.hasSuffix("\t") }
        },
        HTTPDifference("A chunk size is a number", "h11 counts without bounds, to 20 digits") {
            $0.hasRun(ofDigits: 16)
        },
        HTTPDifference("A chunk extension holds", "h11 takes any byte but LF there") {
            $0.hasControl
        },
        HTTPDifference("A field after the body has no name", "h11 unfolds lines") {
            $0.has { $0.hasPrefix(" ") || $0.hasPrefix("\t") }
        },
        HTTPDifference("The value of a field after", "h11 takes controls but NUL and white space") {
            $0.hasControl
        },
    ]

    /// What h11 refuses and we take, or wait for more of.
    static let milder = [
        HTTPDifference("no request line received", "RFC 9112 §2.2: an empty line is forgiven") {
            $0.has { $0.isEmpty }
        },
        HTTPDifference("illegal request line", "the CR of an empty line that is forgiven") {
            $0.hasLoneReturn
        },
        HTTPDifference("bad Content-Length", "fields after a body are dropped, whatever they say") {
            $0.has("transfer-encoding") && $0.has("content-length")
        },
        HTTPDifference(
            "conflicting Content-Length", "fields after a body are dropped, as are these"
        ) {
            $0.has("transfer-encoding") && $0.has("content-length")
        },
        HTTPDifference("Only Transfer-Encoding", "fields after a body are dropped, as are these") {
            $0.count("transfer-encoding") > 1
        },
        HTTPDifference(
            "multiple Transfer-Encoding", "fields after a body are dropped, as are these"
        ) { $0.count("transfer-encoding") > 2 },
    ]
}
