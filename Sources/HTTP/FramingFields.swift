/// What the fields say that decide how a request is read. Two ways to tell a body's end, or one
/// told twice, is how requests are smuggled past proxies, so everything here is refused in doubt.
struct FramingFields: Sendable {
    private var hasHost = false
    private var length: Int?
    private var codings = 0
    private var isChunked = false
    private var closes = false
    private var keepsAlive = false
    private(set) var expectsContinue = false

    /// Takes note of a field if it is one of those.
    mutating func read(
        _ bytes: Span<UInt8>, name: Range<Int>, value: Range<Int>
    ) throws(HTTPRefusal) {
        switch name.count {
        case 4 where bytes.isToken(name, "host"):
            guard !hasHost else { throw .severalHosts }
            guard Authority.isValid(bytes, value) else { throw .badHost }
            hasHost = true
        case 6 where bytes.isToken(name, "expect"):
            guard FramingFields.isText(bytes, value, "100-continue") else {
                throw .unknownExpectation
            }
            expectsContinue = true
        case 10 where bytes.isToken(name, "connection"):
            readConnection(bytes, value)
        case 14 where bytes.isToken(name, "content-length"):
            guard length == nil else { throw .severalLengths }
            length = try FramingFields.length(bytes, value)
        case 17 where bytes.isToken(name, "transfer-encoding"):
            codings += 1
            isChunked = FramingFields.isText(bytes, value, "chunked")
        default:
            break
        }
    }

    /// How the body ends, once all fields were read.
    func framing(_ version: HTTPVersion) throws(HTTPRefusal) -> BodyFraming {
        guard hasHost || version == .http10 else { throw .noHost }
        guard codings > 0 else { return .length(length ?? 0) }
        guard length == nil else { throw .lengthAndCoding }
        guard version == .http11 else { throw .codingInOldVersion }
        guard codings == 1, isChunked else { throw .unknownCoding }
        return .chunked
    }

    /// Whether the client wants the connection to go on after this request.
    func keepAlive(_ version: HTTPVersion) -> Bool {
        switch version {
        case .http10: keepsAlive && !closes
        case .http11: !closes
        }
    }

    private mutating func readConnection(_ bytes: Span<UInt8>, _ value: Range<Int>) {
        var start = value.lowerBound
        while start <= value.upperBound {
            var end = start
            while end < value.upperBound, bytes[end] != UInt8(ascii: ",") { end += 1 }
            let option = bytes.trimmed(start..<end)
            if FramingFields.isText(bytes, option, "close") { closes = true }
            if FramingFields.isText(bytes, option, "keep-alive") { keepsAlive = true }
            start = end + 1
        }
    }

    private static func length(
        _ bytes: Span<UInt8>, _ value: Range<Int>
    ) throws(HTTPRefusal) -> Int {
        guard !value.isEmpty else { throw .badLength }
        var length = 0
        var overflows = false
        for position in value {
            guard ASCII.isDigit(bytes[position]) else { throw .badLength }
            let (tens, isTooMuch) = length.multipliedReportingOverflow(by: 10)
            let (sum, isMore) = tens.addingReportingOverflow(
                Int(bytes[position] - UInt8(ascii: "0")))
            length = sum
            overflows = overflows || isTooMuch || isMore
        }
        guard !overflows else { throw .lengthOverflow }
        return length
    }

    /// Whether a value is this text in whatever case.
    private static func isText(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ lowercase: StaticString
    ) -> Bool {
        for position in range where !ASCII.isToken(bytes[position]) { return false }
        return bytes.isToken(range, lowercase)
    }
}
