/// The URLs that events may be sent to, as far as a text can say. Where a name leads is looked at
/// when it is connected to, at every try.
package enum EndpointURL {
    /// What keeps a text from being such a URL, to stand after its name; nil if nothing does.
    package static func fault(in text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.count <= Limits.endpointURLBytesMax else {
            return "has \(bytes.count) bytes; at most \(Limits.endpointURLBytesMax) are taken"
        }
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }) else {
            return "holds a blank, a backslash or a letter beyond ASCII; write it percent-encoded"
        }
        guard let rest = afterScheme(text) else {
            return "is not a URL that begins with https:// or http://"
        }
        guard !text.utf8.contains(UInt8(ascii: "#")) else {
            return "has a part behind '#', which no server ever sees; leave it out"
        }
        let authority = String(rest.prefix { $0 != "/" && $0 != "?" })
        guard !authority.utf8.contains(UInt8(ascii: "@")) else {
            return "holds a user name or password; leave it out, for each call is signed"
        }
        return authorityFault(authority)
    }

    private static func afterScheme(_ text: String) -> Substring? {
        for scheme in ["https://", "http://"]
        where text.prefix(scheme.utf8.count).lowercased() == scheme {
            return text.dropFirst(scheme.utf8.count)
        }
        return nil
    }

    /// `HOST`, `HOST:PORT` or `[IPV6]:PORT`.
    private static func authorityFault(_ authority: String) -> String? {
        var host = Substring(authority)
        var port: Substring?
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else {
                return "has a '[' without its ']'"
            }
            host = authority[authority.index(after: authority.startIndex)..<end]
            let rest = authority[authority.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else { return "has text behind its ']'" }
            if !rest.isEmpty { port = rest.dropFirst() }
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            port = authority[authority.index(after: colon)...]
        }
        guard !host.isEmpty else { return "names no host" }
        guard let port else { return nil }
        guard port.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(port),
            (1...65_535).contains(number)
        else { return "has the port '\(port)'; a port is a number from 1 to 65535" }
        return nil
    }
}
