/// A host with at most a port, as in the Host field and in targets of absolute form.
enum Authority {
    /// Whether it is one. An empty host is: RFC 9112 §3.2 wants it sent where there is no name.
    static func isValid(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard let hostEnd = hostEnd(bytes, range) else { return false }
        guard hostEnd < range.upperBound else { return true }
        guard bytes[hostEnd] == UInt8(ascii: ":") else { return false }
        return isPort(bytes, hostEnd + 1..<range.upperBound)
    }

    /// Where the host ends; nil if there is none.
    private static func hostEnd(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        guard !range.isEmpty, bytes[range.lowerBound] == UInt8(ascii: "[") else {
            return nameEnd(bytes, range)
        }
        var position = range.lowerBound + 1
        while position < range.upperBound, isInBrackets(bytes[position]) { position += 1 }
        guard position < range.upperBound, position > range.lowerBound + 1,
            bytes[position] == UInt8(ascii: "]")
        else { return nil }
        return position + 1
    }

    private static func nameEnd(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var position = range.lowerBound
        while position < range.upperBound, bytes[position] != UInt8(ascii: ":") {
            if bytes[position] == UInt8(ascii: "%") {
                guard position + 2 < range.upperBound,
                    ASCII.hexValue(bytes[position + 1]) != nil,
                    ASCII.hexValue(bytes[position + 2]) != nil
                else { return nil }
                position += 3
            } else {
                guard ASCII.isHostName(bytes[position]) else { return nil }
                position += 1
            }
        }
        return position
    }

    /// An address of IPv6, or one of a later version.
    private static func isInBrackets(_ byte: UInt8) -> Bool {
        ASCII.isHostName(byte) || byte == UInt8(ascii: ":")
    }

    /// At most five digits, or none: `host:` is allowed by the grammar.
    private static func isPort(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count <= 5 else { return false }
        var port = 0
        for position in range {
            guard ASCII.isDigit(bytes[position]) else { return false }
            port = port * 10 + Int(bytes[position] - UInt8(ascii: "0"))
        }
        return port <= 65_535
    }
}
