/// Numbers that are integers, however they are written.
enum JSONInteger {
    /// The integer of 64 bits that a checked number equals exactly; nil if there is none.
    static func value(_ number: ArraySlice<UInt8>) -> Int64? {
        let isNegative = number.first == UInt8(ascii: "-")
        let digits = isNegative ? number.dropFirst() : number
        var magnitude: UInt64 = 0
        var scale = 0
        var zeros = 0
        var isFraction = false
        for (index, byte) in zip(digits.indices, digits) {
            switch byte {
            case UInt8(ascii: "."):
                isFraction = true
                continue
            case UInt8(ascii: "0"):
                // Zeros count only if another digit follows them.
                zeros += 1
            case UInt8(ascii: "1")...UInt8(ascii: "9"):
                guard let shifted = shift(magnitude, by: zeros + 1) else { return nil }
                let (sum, overflow) = shifted.addingReportingOverflow(UInt64(byte - 48))
                guard !overflow else { return nil }
                magnitude = sum
                zeros = 0
            default:
                return signed(
                    magnitude, scale: scale + zeros + exponent(digits[(index + 1)...]), isNegative)
            }
            if isFraction { scale -= 1 }
        }
        return signed(magnitude, scale: scale + zeros, isNegative)
    }

    private static func signed(_ magnitude: UInt64, scale: Int, _ isNegative: Bool) -> Int64? {
        guard magnitude > 0 else { return 0 }
        guard scale >= 0, let value = shift(magnitude, by: scale) else { return nil }
        guard isNegative else { return Int64(exactly: value) }
        return value <= Int64.min.magnitude ? Int64(truncatingIfNeeded: 0 &- value) : nil
    }

    /// The value × 10 to the `digits`; nil if that needs more than 64 bits.
    private static func shift(_ value: UInt64, by digits: Int) -> UInt64? {
        guard value > 0 else { return 0 }
        guard digits < 20 else { return nil }
        var shifted = value
        for _ in 0..<digits {
            let (product, overflow) = shifted.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            shifted = product
        }
        return shifted
    }

    /// The exponent after the `e`. It stops growing where no body is long enough to undo it.
    private static func exponent(_ text: ArraySlice<UInt8>) -> Int {
        var value = 0
        for byte in text where byte >= 48 && byte <= 57 {
            value = min(value * 10 + Int(byte - 48), 1 << 48)
        }
        return text.first == UInt8(ascii: "-") ? -value : value
    }
}
