/// Reads the head of a request that has arrived whole: request line and fields, to the empty line.
struct HeadParser {
    private let bytes: [UInt8]
    private let limits: HTTPLimits
    private var position = 0

    init(bytes: [UInt8], limits: HTTPLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// The head, or what is wrong with it.
    static func parse(_ bytes: [UInt8], limits: HTTPLimits) throws(HTTPRefusal) -> RequestHead {
        var parser = HeadParser(bytes: bytes, limits: limits)
        return try parser.head()
    }

    private mutating func head() throws(HTTPRefusal) -> RequestHead {
        let method = try self.method()
        let target = try self.target()
        let isOldVersion = try version()
        let fields = try self.fields()
        try checkHost(fields, isOldVersion: isOldVersion)
        let framing = try framing(fields, isOldVersion: isOldVersion)
        let (path, query) = try RequestTarget.split(target, method: method)
        return RequestHead(
            method: method, path: path, query: query,
            keepAlive: keepAlive(fields, isOldVersion: isOldVersion), fields: fields,
            framing: framing, expectsContinue: try expectation(fields, isOldVersion: isOldVersion))
    }

    // MARK: The request line

    private mutating func method() throws(HTTPRefusal) -> Method {
        let start = position
        while position < bytes.count, ASCII.isToken(bytes[position]) { position += 1 }
        guard position > start, position < bytes.count, bytes[position] == ASCII.space,
            position - start <= 32
        else { throw HTTPRefusal(400, "the request line does not begin with a method") }
        defer { position += 1 }
        return Method(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func target() throws(HTTPRefusal) -> ArraySlice<UInt8> {
        let start = position
        while position < bytes.count, bytes[position] > 0x20, bytes[position] < 0x7F {
            position += 1
        }
        guard position > start, position < bytes.count, bytes[position] == ASCII.space else {
            throw HTTPRefusal(
                400,
                "the request target is empty, or holds a byte that must be percent-encoded")
        }
        defer { position += 1 }
        return bytes[start..<position]
    }

    /// True for HTTP/1.0.
    private mutating func version() throws(HTTPRefusal) -> Bool {
        let start = position
        while position < bytes.count, bytes[position] != ASCII.carriageReturn { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        try lineEnd()
        switch text {
        case "HTTP/1.1": return false
        case "HTTP/1.0": return true
        default:
            guard text.utf8.starts(with: "HTTP/".utf8), text.utf8.count == 8 else {
                throw HTTPRefusal(400, "the request line does not end with an HTTP version")
            }
            throw HTTPRefusal(505, "version \(text) is not spoken here; use HTTP/1.1")
        }
    }

    // MARK: Fields

    private mutating func fields() throws(HTTPRefusal) -> HeaderFields {
        var fields = HeaderFields(bytes: bytes)
        while bytes[position] != ASCII.carriageReturn {
            guard fields.count < limits.fieldsMax else {
                throw HTTPRefusal(
                    431, .headTooLarge, "more than \(limits.fieldsMax) header fields")
            }
            let name = try fieldName()
            let value = try fieldValue()
            fields.append(name: name, value: value)
        }
        try lineEnd()
        return fields
    }

    private mutating func fieldName() throws(HTTPRefusal) -> Range<Int> {
        let start = position
        while position < bytes.count, ASCII.isToken(bytes[position]) { position += 1 }
        guard position < bytes.count, bytes[position] == UInt8(ascii: ":"), position > start else {
            let first = bytes[start]
            if first == ASCII.space || first == ASCII.tab {
                throw HTTPRefusal(400, "a header field is folded over two lines")
            }
            if position < bytes.count, position > start,
                bytes[position] == ASCII.space || bytes[position] == ASCII.tab
            {
                throw HTTPRefusal(400, "a header field has space before its colon")
            }
            throw HTTPRefusal(400, "a header field has no valid name")
        }
        defer { position += 1 }
        return start..<position
    }

    private mutating func fieldValue() throws(HTTPRefusal) -> Range<Int> {
        while bytes[position] == ASCII.space || bytes[position] == ASCII.tab { position += 1 }
        let start = position
        while position < bytes.count, ASCII.isFieldValue(bytes[position]) { position += 1 }
        var end = position
        while end > start, bytes[end - 1] == ASCII.space || bytes[end - 1] == ASCII.tab {
            end -= 1
        }
        try lineEnd()
        return start..<end
    }

    private mutating func lineEnd() throws(HTTPRefusal) {
        guard position + 1 < bytes.count, bytes[position] == ASCII.carriageReturn,
            bytes[position + 1] == ASCII.lineFeed
        else {
            throw HTTPRefusal(
                400, "a line holds a control character, or ends without CR and LF")
        }
        position += 2
    }

    // MARK: What the fields say

    private func checkHost(
        _ fields: HeaderFields, isOldVersion: Bool
    ) throws(HTTPRefusal) {
        let hosts = fields.all("host")
        guard hosts.count <= 1 else { throw HTTPRefusal(400, "there is more than one Host field") }
        guard let host = hosts.first else {
            guard isOldVersion else { throw HTTPRefusal(400, "the Host field is missing") }
            return
        }
        guard host.utf8.allSatisfy(HeadParser.isHostByte) else {
            throw HTTPRefusal(400, "the Host field holds more than a host and a port")
        }
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        ASCII.isLetter(byte) || ASCII.isDigit(byte) || ".-_:[]~%!$&'()*+;=".utf8.contains(byte)
    }

    /// Two ways to tell a body's end, or one told twice, is how requests are smuggled past proxies.
    private func framing(
        _ fields: HeaderFields, isOldVersion: Bool
    ) throws(HTTPRefusal) -> BodyFraming {
        let lengths = fields.all("content-length")
        let codings = fields.all("transfer-encoding")
        guard lengths.count <= 1 else {
            throw HTTPRefusal(400, "there is more than one Content-Length field")
        }
        guard let coding = codings.first else {
            return .length(try lengths.first.map(HeadParser.length) ?? 0)
        }
        guard lengths.isEmpty else {
            throw HTTPRefusal(400, "both Content-Length and Transfer-Encoding are given")
        }
        guard !isOldVersion else {
            throw HTTPRefusal(400, "HTTP/1.0 knows no Transfer-Encoding")
        }
        guard codings.count == 1, coding.utf8.map(ASCII.lower) == Array("chunked".utf8) else {
            throw HTTPRefusal(501, "the only Transfer-Encoding taken is 'chunked'")
        }
        return .chunked
    }

    private static func length(_ text: String) throws(HTTPRefusal) -> Int {
        guard !text.isEmpty, text.utf8.allSatisfy(ASCII.isDigit), text.utf8.count <= 18,
            let length = Int(text)
        else { throw HTTPRefusal(400, "Content-Length is not a number of bytes") }
        return length
    }

    private func keepAlive(_ fields: HeaderFields, isOldVersion: Bool) -> Bool {
        let options = fields.all("connection").flatMap {
            $0.utf8.map(ASCII.lower).split(separator: UInt8(ascii: ",")).map {
                $0.filter { $0 != ASCII.space && $0 != ASCII.tab }
            }
        }
        if options.contains(Array("close".utf8)) { return false }
        return !isOldVersion || options.contains(Array("keep-alive".utf8))
    }

    private func expectation(
        _ fields: HeaderFields, isOldVersion: Bool
    ) throws(HTTPRefusal) -> Bool {
        guard let expect = fields.first("expect"), !isOldVersion else { return false }
        guard expect.utf8.map(ASCII.lower) == Array("100-continue".utf8) else {
            throw HTTPRefusal(417, "the only expectation that is met is '100-continue'")
        }
        return true
    }
}
