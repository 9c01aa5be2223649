/// Bytes as text of 64 letters, padded (RFC 4648 §4).
package enum Base64 {
    private static let letters = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")

    /// The text of `bytes`.
    package static func text(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            bits <<= UInt32(8 * (3 - group.count))
            for index in 0..<4 {
                let letter = letters[Int(bits >> UInt32(18 - 6 * index)) & 63]
                text.append(index <= group.count ? letter : padding)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of `text`; nil of a text that `text(_:)` makes of no bytes.
    package static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 4) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 4 * 3)
        for start in stride(from: 0, to: digits.count, by: 4) {
            let group = digits[start..<start + 4].prefix { $0 != padding }
            let isLast = start + 4 == digits.count
            guard group.count == 4 || (isLast && group.count >= 2) else { return nil }
            guard digits[(start + group.count)..<start + 4].allSatisfy({ $0 == padding }) else {
                return nil
            }
            var bits: UInt32 = 0
            for digit in group {
                guard let value = letters.firstIndex(of: digit) else { return nil }
                bits = bits << 6 | UInt32(value)
            }
            bits <<= UInt32(6 * (4 - group.count))
            let whole = (0..<3).map { UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * $0)) }
            // Bits that stand for nothing have to be none.
            guard whole[(group.count - 1)...].allSatisfy({ $0 == 0 }) else { return nil }
            bytes += whole[..<(group.count - 1)]
        }
        return bytes
    }
}
