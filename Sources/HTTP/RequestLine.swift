/// The first line of a request, whose target is not yet understood.
struct RequestLine: Sendable {
    let method: Method
    /// Where the target stands in the head.
    let target: Range<Int>
    let version: HTTPVersion

    /// Reads the line at `range`, which is without its CR LF.
    init(
        _ bytes: Span<UInt8>, _ range: Range<Int>, methodBytesMax: Int
    ) throws(HTTPRefusal) {
        let end = range.upperBound
        var position = range.lowerBound
        while position < end, ASCII.isToken(bytes[position]) { position += 1 }
        let name = range.lowerBound..<position
        guard !name.isEmpty, position < end, bytes[position] == ASCII.space else {
            throw .noMethod
        }
        guard name.count <= methodBytesMax else { throw .methodTooLong(methodBytesMax) }
        method = Method(bytes, name)

        let targetStart = position + 1
        position = targetStart
        while position < end, ASCII.isTarget(bytes[position]) { position += 1 }
        target = targetStart..<position
        guard !target.isEmpty, position == end || bytes[position] == ASCII.space else {
            throw .badTargetByte
        }
        guard position < end else { throw .badVersion }
        version = try RequestLine.version(bytes, position + 1..<end)
    }

    private static func version(
        _ bytes: Span<UInt8>, _ range: Range<Int>
    ) throws(HTTPRefusal) -> HTTPVersion {
        if bytes.isExactly(range, "HTTP/1.1") { return .http11 }
        if bytes.isExactly(range, "HTTP/1.0") { return .http10 }
        let start = range.lowerBound
        guard range.count == 8, bytes.isExactly(start..<start + 5, "HTTP/"),
            ASCII.isDigit(bytes[start + 5]), bytes[start + 6] == UInt8(ascii: "."),
            ASCII.isDigit(bytes[start + 7])
        else { throw .badVersion }
        throw .unknownVersion(bytes.text(range))
    }
}
