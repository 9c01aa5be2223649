import Core

/// Durations once more, in numbers of 128 bits that nothing here can overflow.
enum DurationReference {
    static func milliseconds(_ text: String) -> Int64? {
        for (unit, scale) in units where text.utf8.reversed().starts(with: unit.utf8.reversed()) {
            let number = text.utf8.dropLast(unit.utf8.count)
            // `5m` ends with the empty unit too, and `5ms` with that of seconds.
            guard number.allSatisfy({ $0 >= 48 && $0 <= 57 || $0 == 46 }) else { continue }
            return milliseconds(number: String(decoding: number, as: UTF8.self), scale)
        }
        return nil
    }

    private static let units: [(name: String, scale: UInt128)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("", 1_000),
    ]

    private static func milliseconds(number: String, _ scale: UInt128) -> Int64? {
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, (1...13).contains(parts[0].utf8.count) else { return nil }
        let fraction = parts.count == 2 ? parts[1] : "0"
        guard (1...9).contains(fraction.utf8.count), let whole = UInt128(parts[0]),
            let nanos = UInt128(fraction + String(repeating: "0", count: 9 - fraction.utf8.count))
        else { return nil }
        let (value, rest) = ((whole * 1_000_000_000 + nanos) * scale)
            .quotientAndRemainder(dividingBy: 1_000_000_000)
        guard rest == 0, value <= UInt128(Limits.durationMillisecondsMax) else { return nil }
        return Int64(value)
    }
}
