import Core
import HTTP
import JSON

/// The request parser, with limits so small that damage reaches them.
struct HTTPTarget: FuzzTarget {
    let name = "http"
    let separators = [UInt8(ascii: "\n")]
    let words = [
        "\r\n", "\r\n\r\n", "\n", "\r", "\0", " ", "\t", ":", ";", ",", "%", "%00", "%2F", "?",
        "&", "=", "#", "//", "*", "GET ", "POST ", "HEAD ", "OPTIONS * ", "CONNECT a:1 ",
        " HTTP/1.1\r\n", " HTTP/1.0\r\n", " HTTP/2.0\r\n", "Host: a\r\n", "Host:\r\n",
        "Content-Length: 5\r\n", "Content-Length: 0\r\n", "content-length:7\r\n",
        "Content-Length: +5\r\n", "Content-Length: 5, 5\r\n", "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: identity\r\n", "Transfer-Encoding: gzip, chunked\r\n",
        "transfer-encoding:\tchunked \r\n", "Transfer-Encoding : chunked\r\n", "\r\n chunked",
        "Connection: close\r\n", "Connection: keep-alive, x\r\n", "Expect: 100-continue\r\n",
        "X-A: é\r\n", "Content-Type: application/json\r\n", "Upgrade: h2c\r\n", "0\r\n\r\n",
        "5\r\nhello\r\n", "a;x=y\r\n", "0;\r\nT: 1\r\n\r\n", "http://a/", "http://[::1]:80/",
        "[::1]", ":65536", "\u{0B}", "\u{7F}", "\u{80}",
    ]
    private let router = Router<Int>([
        (.get, "/v1/jobs/:id", 1), (.post, "/v1/jobs", 2), (.get, "/:a/:b", 3),
    ])

    private static let bodyBytesMax = 200

    private static let limits: HTTPLimits = {
        var limits = HTTPLimits { $0.path == "/batch" ? bodyBytesMax : 100 }
        limits.headBytesMax = 500
        limits.fieldsMax = 10
        limits.chunkExtensionBytesMax = 40
        limits.trailerBytesMax = 60
        return limits
    }()

    /// An array grows by doubling, and never has less room than a few words.
    private static let heldMax = 2 * (limits.headBytesMax + 1) + bodyBytesMax + 64

    func fault(in bytes: [UInt8], seed: UInt64) -> String? {
        var random = Random(seed: seed)
        let whole = SeenRun(bytes, limits: HTTPTarget.limits)
        if let fault = whole.fault { return fault }
        // Byte by byte is slow and so is looking inside; the seed decides, so it can be repeated.
        let isDripped = random.next() % 4 == 0
        let heldMax = random.next() % 16 == 0 ? HTTPTarget.heldMax : nil
        let cuts =
            isDripped
            ? Array(0..<bytes.count)
            : (0..<1 + random.next() % 5).map { _ in
                Int(random.next() % UInt64(bytes.count + 1))
            }.sorted()
        let pieces = SeenRun(bytes, cutAt: cuts, limits: HTTPTarget.limits, heldMax: heldMax)
        if let fault = pieces.fault { return fault }
        if pieces != whole {
            return "cut at \(isDripped ? "every byte" : "\(cuts)") it is read in another way"
        }
        return requestsFault(whole, bytes)
    }

    private func requestsFault(_ run: SeenRun, _ bytes: [UInt8]) -> String? {
        var start = 0
        for seen in run.requests {
            guard seen.end > start else { return "a request of no bytes" }
            if let fault = PlainReading(bytes[start..<seen.end], of: seen.request).fault {
                return "taken, though \(fault)"
            }
            // What the router does with any path that a parser gives is to end.
            _ = router.match(seen.request.method, seen.request.path)
            start = seen.end
        }
        guard let refusal = run.refusal else { return nil }
        guard (400..<600).contains(refusal.status) else { return "refused with \(refusal.status)" }
        let isAnswer = (try? JSONDocument(validating: refusal.response.body)) != nil
        return isAnswer ? nil : "the refusal is no JSON: \(refusal.detail)"
    }
}
