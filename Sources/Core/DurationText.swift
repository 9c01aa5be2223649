/// Durations as people write them: `30`, `0.5`, `30s`, `250ms`, `5m`, `2h`, `1d`.
package enum DurationText {
    /// The milliseconds that `text` stands for, or nil if it is not a duration. A bare number is
    /// seconds; anything finer than a millisecond, negative or longer than 100 years is refused.
    package static func milliseconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        let unitStart = bytes.firstIndex { !($0 >= 48 && $0 <= 57 || $0 == 46) } ?? bytes.count
        guard let scale = scaleMilliseconds(unit: bytes[unitStart...]) else { return nil }
        return scaled(number: bytes[..<unitStart], scale: scale)
    }

    /// The text of a duration in the greatest unit that says it in a whole number: `1d`, `90s`.
    package static func text(_ milliseconds: Int64) -> String {
        let units: [(Int64, String)] = [
            (86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"),
        ]
        guard milliseconds != 0 else { return "0s" }
        for (size, name) in units where milliseconds.isMultiple(of: size) {
            return "\(milliseconds / size)\(name)"
        }
        return "\(milliseconds)ms"
    }

    private static func scaleMilliseconds(unit: ArraySlice<UInt8>) -> Int64? {
        switch String(decoding: unit, as: UTF8.self) {
        case "", "s": 1_000
        case "ms": 1
        case "m": 60_000
        case "h": 3_600_000
        case "d": 86_400_000
        default: nil
        }
    }

    private static func scaled(number: ArraySlice<UInt8>, scale: Int64) -> Int64? {
        let parts = number.split(separator: 46, omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = value(parts[0], digitsMax: 13) else { return nil }
        let (product, overflow) = whole.multipliedReportingOverflow(by: scale)
        guard !overflow, product <= Limits.durationMillisecondsMax else { return nil }
        guard parts.count == 2 else { return product }
        // Nine digits times the milliseconds of a day stay far below 64 bits.
        guard let fraction = value(parts[1], digitsMax: 9) else { return nil }
        let divisor = parts[1].reduce(Int64(1)) { power, _ in power * 10 }
        guard (fraction * scale).isMultiple(of: divisor) else { return nil }
        let total = product + fraction * scale / divisor
        return total <= Limits.durationMillisecondsMax ? total : nil
    }

    private static func value(_ digits: ArraySlice<UInt8>, digitsMax: Int) -> Int64? {
        guard (1...digitsMax).contains(digits.count) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int64($1 - 48) }
    }
}
