/// The address of a server, as people give it.
enum ServerURL {
    /// The address that requests begin with: `http://` or `https://`, a host, perhaps a path; no
    /// slash at its end. Without a scheme it is http.
    static func read(
        _ text: String, from source: String
    ) throws(Arguments.UsageError) -> String {
        let parts = text.firstRange(of: "://").map { (text[..<$0.lowerBound], $0.upperBound) }
        let scheme = parts.map { $0.0.lowercased() } ?? "http"
        var rest = parts.map { text[$0.1...] } ?? text[...]
        while rest.last == "/" { rest = rest.dropLast() }
        let isPlain = rest.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard ["http", "https"].contains(scheme), let first = rest.first, isPlain,
            !"/:".contains(first), !rest.contains("?"), !rest.contains("#"), hasPort(rest)
        else {
            throw Arguments.UsageError(
                message: "\(source) takes an address such as http://127.0.0.1:8787, not '\(text)'")
        }
        return "\(scheme)://\(rest)"
    }

    /// True unless a port is named that cannot be. The colons of `[::1]` are none of a port's.
    private static func hasPort(_ rest: Substring) -> Bool {
        let authority = rest.prefix { $0 != "/" }
        guard let colon = authority.lastIndex(of: ":"), authority.last != "]" else { return true }
        return UInt16(authority[authority.index(after: colon)...]) ?? 0 > 0
    }
}
