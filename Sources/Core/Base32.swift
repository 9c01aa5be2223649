/// Thirteen digits of Crockford's alphabet in lower case: fixed width, so text sorts as numbers do.
package enum Base32 {
    package static let digitCount = 13
    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// The thirteen digits of `value`.
    package static func text(_ value: UInt64) -> String {
        var text = [UInt8]()
        text.reserveCapacity(digitCount)
        append(value, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the thirteen digits of `value`.
    package static func append(_ value: UInt64, to text: inout [UInt8]) {
        var shift = 5 * (digitCount - 1)
        while shift >= 0 {
            text.append(digits[Int(value >> UInt64(shift) & 31)])
            shift -= 5
        }
    }

    /// The value of thirteen digits, or nil if one is not a digit or the value needs 65 bits.
    package static func value(_ text: ArraySlice<UInt8>) -> UInt64? {
        guard text.count == digitCount else { return nil }
        var value: UInt64 = 0
        for (index, byte) in text.enumerated() {
            guard let digit = digits.firstIndex(of: byte), index > 0 || digit < 16 else {
                return nil
            }
            value = value << 5 | UInt64(digit)
        }
        return value
    }
}
