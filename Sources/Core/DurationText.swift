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
        guard let whole = parts.first, parts.count <= 2, !whole.isEmpty, whole.count <= 13,
            let units = Int64(String(decoding: whole, as: UTF8.self))
        else { return nil }
        let (product, overflow) = units.multipliedReportingOverflow(by: scale)
        guard !overflow else { return nil }
        var total = product
        if parts.count == 2 {
            guard !parts[1].isEmpty, parts[1].count <= 9 else { return nil }
            var unit = scale
            for digit in parts[1] {
                guard unit % 10 == 0 || digit == 48 else { return nil }
                unit /= 10
                total += Int64(digit - 48) * unit
            }
        }
        return total <= Limits.durationMillisecondsMax ? total : nil
    }
}
