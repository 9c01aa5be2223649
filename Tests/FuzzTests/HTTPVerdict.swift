import HTTP

/// What a reader made of the bytes of a connection, in the words of fixtures/fuzz/http_oracle.py.
struct HTTPVerdict {
    /// One for each request, as fields that are compared as text.
    let requests: [String]
    let end: End

    enum End: Equatable {
        case open
        case closed
        case refused(String)
    }

    /// Reads a verdict of the oracle.
    init?(line: String) {
        let parts = line.split(separator: " ")
        guard let last = parts.lastIndex(where: { ["open", "closed", "refused"].contains($0) })
        else { return nil }
        requests = parts[..<last].split(separator: "Q").map { $0.joined(separator: " ") }
        switch parts[last] {
        case "open": end = .open
        case "closed": end = .closed
        default: end = .refused(HTTPVerdict.text(hex: parts[(last + 1)...].first ?? ""))
        }
    }

    /// What our parser makes of the bytes, up to a request after which the connection closes.
    init(ours bytes: [UInt8]) {
        let run = SeenRun(bytes, limits: HTTPVerdict.limits)
        var requests: [String] = []
        for seen in run.requests {
            requests.append(HTTPVerdict.words(seen))
            // h11 ends after any request of HTTP/1.0, so no more is compared.
            guard seen.request.keepAlive, !seen.isHTTP10 else {
                self.requests = requests
                end = .closed
                return
            }
        }
        self.requests = requests
        end = run.refusal.map { .refused($0.detail) } ?? .open
    }

    static let bodyBytesMax = 1_000
    private static let limits = HTTPLimits { _ in bodyBytesMax }

    private static func text(hex: Substring) -> String {
        let digits = Array(hex.utf8)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap { index in
            UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func words(_ seen: SeenRequest) -> String {
        let request = seen.request
        let query = request.query.flatMap { Array("\($0.name)\0\($0.value)\0".utf8) }
        let fields = seen.fields.map { $0.map { LineOracle.hex($0.utf8) } ?? "-" }
        return [
            LineOracle.hex(request.method.name.utf8), LineOracle.hex(request.path.utf8),
            query.isEmpty ? "." : LineOracle.hex(query), seen.isHTTP10 ? "1.0" : "1.1",
            request.keepAlive ? "1" : "0", fields.joined(separator: ","),
            request.body.isEmpty ? "." : LineOracle.hex(request.body),
        ].joined(separator: " ")
    }
}
