/// The window that a usage counter belongs to.
package struct Period: Hashable, Comparable, Sendable {
    /// Year × 100 + month of a calendar month in UTC; grows with time.
    package let key: Int64

    /// The calendar month that `time` lies in.
    package init(containing time: Timestamp) {
        let date = CivilDate(daysSinceEpoch: time.milliseconds.flooredDivision(by: 86_400_000))
        key = Int64(date.year * 100 + date.month)
    }

    /// The period with this key, or nil if no month has it. The last month of the year 9999 is not
    /// taken: its end could not be shown.
    package init?(key: Int64) {
        guard (190_001...999_911).contains(key), (1...12).contains(key % 100) else { return nil }
        self.key = key
    }

    /// The period that `text`, such as `2026-11`, names.
    package init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 4, parts[1].utf8.count == 2,
            parts.allSatisfy({ $0.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } }),
            let year = Int64(parts[0]), let month = Int64(parts[1])
        else { return nil }
        self.init(key: year * 100 + month)
    }

    /// The first instant of the period.
    package var start: Timestamp { Period.firstOfMonth(key) }

    /// The first instant after the period.
    package var end: Timestamp { Period.firstOfMonth(key % 100 == 12 ? key + 89 : key + 1) }

    package static func < (left: Period, right: Period) -> Bool { left.key < right.key }

    private static func firstOfMonth(_ key: Int64) -> Timestamp {
        guard let date = CivilDate(year: Int(key / 100), month: Int(key % 100), day: 1) else {
            preconditionFailure("period \(key) is not a month")
        }
        return date.midnight
    }
}

extension Period: CustomStringConvertible {
    /// `2026-11`.
    package var description: String {
        var text = [UInt8]()
        text.appendDecimal(key / 100, width: 4)
        text.append(UInt8(ascii: "-"))
        text.appendDecimal(key % 100, width: 2)
        return String(decoding: text, as: UTF8.self)
    }
}
