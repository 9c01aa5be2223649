import HTTP

/// Reads the bytes of a request that was taken once more, slowly and by the letter of RFC 9112,
/// and says what in them another reader could have understood in another way. That is what
/// smuggling needs, so the answer must always be nothing.
struct PlainReading {
    private typealias Field = (name: String, value: [UInt8])

    private let message: [UInt8]
    private let request: Request

    /// `message` is what the parser took for this request, and nothing else.
    init(_ message: ArraySlice<UInt8>, of request: Request) {
        // One empty line before a request is forgiven.
        self.message = Array(message.starts(with: [13, 10]) ? message.dropFirst(2) : message)
        self.request = request
    }

    /// What could be understood in another way; nil if nothing could.
    var fault: String? {
        guard let end = PlainReading.index(of: [13, 10, 13, 10], in: message[...]) else {
            return "the head of a taken request has no end"
        }
        guard let lines = PlainReading.lines(message[..<end]) else {
            return "a CR or LF stands alone in the head"
        }
        let words = lines[0].split(separator: 32, omittingEmptySubsequences: false)
        guard words.count == 3, String(decoding: words[0], as: UTF8.self) == request.method.name,
            words[1].allSatisfy({ $0 > 32 && $0 < 127 })
        else { return "the request line is not three words" }
        var fields: [Field] = []
        for line in lines.dropFirst() {
            guard let field = PlainReading.field(line) else { return "a field is not name: value" }
            fields.append(field)
        }
        let version = String(decoding: words[2], as: UTF8.self)
        return framingFault(fields, version: version, body: message[(end + 4)...])
    }

    private func framingFault(
        _ fields: [Field], version: String, body: ArraySlice<UInt8>
    ) -> String? {
        func values(_ name: String) -> [[UInt8]] { fields.filter { $0.name == name }.map(\.value) }
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else { return "version \(version)" }
        let hosts = values("host").count
        guard hosts == 1 || hosts == 0 && version == "HTTP/1.0" else { return "\(hosts) hosts" }
        let lengths = values("content-length")
        let codings = values("transfer-encoding")
        guard lengths.count + codings.count <= 1 else { return "the length is told twice" }
        if let coding = codings.first {
            guard version == "HTTP/1.1" else { return "chunks in HTTP/1.0" }
            guard String(decoding: coding, as: UTF8.self).lowercased() == "chunked" else {
                return "a coding that is not chunked"
            }
            guard let data = PlainReading.dechunked(body) else { return "the chunks are damaged" }
            return data == request.body ? nil : "the body is not what the chunks hold"
        }
        if let length = lengths.first {
            guard !length.isEmpty, length.allSatisfy({ $0 >= 48 && $0 <= 57 }),
                Int(String(decoding: length, as: UTF8.self)) == body.count
            else { return "the body is not as long as its length" }
        } else if !body.isEmpty {
            return "a body without a length"
        }
        return body.elementsEqual(request.body) ? nil : "the body is not what was sent"
    }

    // MARK: Pieces

    private static let tokenBytes = Set(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)

    private static func field(_ line: ArraySlice<UInt8>) -> Field? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
            line[..<colon].allSatisfy(tokenBytes.contains)
        else { return nil }
        var value = line[(colon + 1)...]
        while let first = value.first, first == 32 || first == 9 { value = value.dropFirst() }
        while let last = value.last, last == 32 || last == 9 { value = value.dropLast() }
        guard value.allSatisfy({ $0 >= 32 && $0 != 127 || $0 == 9 }) else { return nil }
        return (String(decoding: line[..<colon], as: UTF8.self).lowercased(), Array(value))
    }

    /// The data of a chunked body that ends where `bytes` end; nil if it is none.
    private static func dechunked(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var rest = bytes
        var data: [UInt8] = []
        while true {
            guard let end = index(of: [13, 10], in: rest), let line = lines(rest[..<end])?.first
            else { return nil }
            let digits = line.prefix { $0 != UInt8(ascii: ";") }
            guard !digits.isEmpty, digits.allSatisfy({ hex.contains($0) }),
                let size = Int(String(decoding: digits, as: UTF8.self), radix: 16)
            else { return nil }
            rest = rest[(end + 2)...]
            if size == 0 { return isTrailer(rest) ? data : nil }
            guard rest.count >= size + 2, rest.dropFirst(size).starts(with: [13, 10]) else {
                return nil
            }
            data += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
        }
    }

    private static let hex = Set("0123456789abcdefABCDEF".utf8)

    private static func isTrailer(_ bytes: ArraySlice<UInt8>) -> Bool {
        if bytes.elementsEqual([13, 10]) { return true }
        guard let end = index(of: [13, 10, 13, 10], in: bytes), end + 4 == bytes.endIndex,
            let lines = lines(bytes[..<end])
        else { return false }
        return lines.allSatisfy { field($0) != nil }
    }

    /// The lines of a text between CR LF; nil if a CR, LF or NUL stands anywhere else.
    private static func lines(_ text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
        var lines: [ArraySlice<UInt8>] = []
        var rest = text
        while let end = index(of: [13, 10], in: rest) {
            lines.append(rest[..<end])
            rest = rest[(end + 2)...]
        }
        lines.append(rest)
        let isSound = lines.allSatisfy { line in
            !line.contains(13) && !line.contains(10) && !line.contains(0)
        }
        return isSound ? lines : nil
    }

    private static func index(of wanted: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        var position = bytes.startIndex
        while position + wanted.count <= bytes.endIndex {
            if bytes[position...].starts(with: wanted) { return position }
            position += 1
        }
        return nil
    }
}
