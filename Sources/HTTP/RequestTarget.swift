/// A request's target, split and checked.
struct RequestTarget {
    /// As it was sent, percent-encoding and all.
    let path: String
    /// Decoded.
    let query: [(name: String, value: String)]

    /// Reads a target in origin form, in absolute form for `http`, or `*`.
    init(_ bytes: Span<UInt8>, _ range: Range<Int>, method: Method) throws(HTTPRefusal) {
        if bytes.isExactly(range, "*") {
            guard method == .options else { throw .asteriskTarget }
            path = "*"
            query = []
            return
        }
        let start = try RequestTarget.originStart(bytes, range)
        let pathEnd = try RequestTarget.checkPath(bytes, start..<range.upperBound)
        path = pathEnd == start ? "/" : bytes.text(start..<pathEnd)
        query =
            pathEnd < range.upperBound
            ? try RequestTarget.parameters(bytes, pathEnd + 1..<range.upperBound) : []
    }

    /// Where path and query begin. The host of an absolute target is checked and left alone: one
    /// server answers for all names.
    private static func originStart(
        _ bytes: Span<UInt8>, _ range: Range<Int>
    ) throws(HTTPRefusal) -> Int {
        if bytes[range.lowerBound] == UInt8(ascii: "/") { return range.lowerBound }
        let hostStart = range.lowerBound + 7
        // Beyond tokens, ':' and '/' have the bit of the case already, and no byte of a target
        // becomes one of them by it.
        guard hostStart < range.upperBound, bytes.isToken(range.lowerBound..<hostStart, "http://")
        else { throw .badTargetForm }
        var position = hostStart
        while position < range.upperBound, !isHostEnd(bytes[position]) { position += 1 }
        guard position > hostStart, bytes[hostStart] != UInt8(ascii: ":"),
            Authority.isValid(bytes, hostStart..<position)
        else { throw .badTargetForm }
        return position
    }

    private static func isHostEnd(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }

    /// Where the path ends: at the question mark or at the end.
    private static func checkPath(
        _ bytes: Span<UInt8>, _ range: Range<Int>
    ) throws(HTTPRefusal) -> Int {
        for position in range {
            switch bytes[position] {
            case UInt8(ascii: "?"):
                return position
            case UInt8(ascii: "#"):
                throw .targetHasFragment
            case UInt8(ascii: "%"):
                let end = range.upperBound
                guard let value = PercentEncoding.value(bytes, at: position, end: end) else {
                    throw .badPathEncoding
                }
                guard value != 0 else { throw .pathHasNUL }
            default:
                break
            }
        }
        return range.upperBound
    }

    private static func parameters(
        _ bytes: Span<UInt8>, _ range: Range<Int>
    ) throws(HTTPRefusal) -> [(name: String, value: String)] {
        var parameters: [(name: String, value: String)] = []
        var start = range.lowerBound
        while start < range.upperBound {
            var middle: Int?
            var end = start
            while end < range.upperBound, bytes[end] != UInt8(ascii: "&") {
                if bytes[end] == UInt8(ascii: "#") { throw .targetHasFragment }
                if bytes[end] == UInt8(ascii: "="), middle == nil { middle = end }
                end += 1
            }
            if end > start {
                parameters.append(try parameter(bytes, start..<end, middle: middle ?? end))
            }
            start = end + 1
        }
        return parameters
    }

    private static func parameter(
        _ bytes: Span<UInt8>, _ range: Range<Int>, middle: Int
    ) throws(HTTPRefusal) -> (name: String, value: String) {
        let valueStart = min(middle + 1, range.upperBound)
        guard
            let name = PercentEncoding.text(bytes, range.lowerBound..<middle, plusIsSpace: true),
            let value = PercentEncoding.text(
                bytes, valueStart..<range.upperBound, plusIsSpace: true)
        else { throw .badQuery(bytes.text(range.prefix(60))) }
        return (name, value)
    }
}
