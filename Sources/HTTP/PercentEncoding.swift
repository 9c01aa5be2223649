/// Percent-encoding (RFC 3986 §2.1).
enum PercentEncoding {
    /// The bytes that those of `range` stand for; nil if a `%` lacks its two digits.
    static func decoded(_ bytes: Span<UInt8>, _ range: Range<Int>, plusIsSpace: Bool) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        var position = range.lowerBound
        while position < range.upperBound {
            let byte = bytes[position]
            if byte == UInt8(ascii: "%") {
                guard let value = value(bytes, at: position, end: range.upperBound) else {
                    return nil
                }
                result.append(value)
                position += 3
            } else {
                result.append(plusIsSpace && byte == UInt8(ascii: "+") ? ASCII.space : byte)
                position += 1
            }
        }
        return result
    }

    /// The text that the bytes stand for; nil if the encoding is broken, the text is not UTF-8, or
    /// it holds a NUL.
    static func text(_ bytes: Span<UInt8>, _ range: Range<Int>, plusIsSpace: Bool) -> String? {
        var isPlain = true
        for position in range {
            let byte = bytes[position]
            if byte == UInt8(ascii: "%") || plusIsSpace && byte == UInt8(ascii: "+") || byte >= 128
            {
                isPlain = false
                break
            }
        }
        if isPlain { return bytes.text(range) }
        guard let decoded = decoded(bytes, range, plusIsSpace: plusIsSpace), !decoded.contains(0)
        else { return nil }
        return String(validating: decoded, as: UTF8.self)
    }

    /// The byte that `%` and two digits at `position` stand for.
    static func value(_ bytes: Span<UInt8>, at position: Int, end: Int) -> UInt8? {
        guard position + 2 < end, let high = ASCII.hexValue(bytes[position + 1]),
            let low = ASCII.hexValue(bytes[position + 2])
        else { return nil }
        return high << 4 | low
    }
}
