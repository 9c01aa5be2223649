/// The window that a usage counter belongs to: a calendar month, or a month from an anchor's day.
package struct Period: Hashable, Comparable, Sendable {
    /// Year × 100 + month of a calendar month. Of an anchored one the date that it begins with,
    /// × 100 + the day of the month that the anchor asks for: 31 even where a month has but 30.
    package let key: Int64

    private static let months = 190_001...999_911 as ClosedRange<Int64>

    /// The period that `day` lies in, where periods begin on this day of the month, or the first.
    package init(containing day: Day, anchorDay: Int64? = nil) {
        let date = day.date
        let month = Int64(date.year * 100 + date.month)
        guard let anchorDay else {
            key = month
            return
        }
        precondition((1...31).contains(anchorDay), "an anchor's day is \(anchorDay)")
        let first = Period.firstDay(month: month, anchorDay: anchorDay)
        let begun = Int64(date.day) >= first ? month : Period.month(before: month)
        let start = Period.firstDay(month: begun, anchorDay: anchorDay)
        key = (begun * 100 + start) * 100 + anchorDay
    }

    /// The calendar month that `time` lies in.
    package init(containing time: Timestamp) { self.init(containing: Day(containing: time)) }

    /// The period with this key, or nil if there is none.
    package init?(key: Int64) {
        if key < 10_000_000 {
            // Days are counted from the second month on, which an anchored period may begin before.
            guard Period.isMonth(key), key > Period.months.lowerBound else { return nil }
        } else {
            let (month, day, anchor) = (key / 10_000, key / 100 % 100, key % 100)
            guard Period.isMonth(month), (1...31).contains(anchor),
                day == Period.firstDay(month: month, anchorDay: anchor)
            else { return nil }
        }
        self.key = key
    }

    /// True if `text` is what a period is called: `2026-11` or `2026-11-15`.
    package static func isText(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let widths = [4, 2, 2].prefix(parts.count)
        guard parts.count == 2 || parts.count == 3, parts.map(\.count) == Array(widths),
            parts.allSatisfy({ $0.allSatisfy { $0 >= 48 && $0 <= 57 } })
        else { return false }
        let numbers = parts.compactMap { Int(String($0) ?? "") }
        guard numbers.count == parts.count, isMonth(Int64(numbers[0] * 100 + numbers[1])) else {
            return false
        }
        let day = numbers.count == 3 ? numbers[2] : 1
        return CivilDate(year: numbers[0], month: numbers[1], day: day) != nil
    }

    /// The month that `text`, such as `2026-11`, names.
    package init?(text: String) {
        guard text.utf8.count == 7, Period.isText(text), let year = Int64(text.prefix(4)),
            let month = Int64(text.suffix(2))
        else { return nil }
        self.init(key: year * 100 + month)
    }

    /// The keys that a period called `text` may have; nil if none is called so.
    package static func keys(named text: String) -> ClosedRange<Int64>? {
        guard isText(text), let digits = Int64(text.filter { $0 != "-" }) else { return nil }
        return text.utf8.count == 7 ? digits...digits : digits * 100 + 1...digits * 100 + 31
    }

    /// The day that a period called `text` begins with; nil if none is called so.
    package static func startDay(named text: String) -> Day? {
        guard let keys = keys(named: text) else { return nil }
        let isMonth = text.utf8.count == 7
        let date = isMonth ? keys.lowerBound * 100 + 1 : keys.lowerBound / 100
        guard
            let civil = CivilDate(
                year: Int(date / 10_000), month: Int(date / 100 % 100), day: Int(date % 100)),
            Period.isMonth(date / 100), date / 100 > Period.months.lowerBound
        else { return nil }
        return Day(civil)
    }

    /// Nil for a calendar month.
    package var anchorDay: Int64? { isAnchored ? key % 100 : nil }

    /// Its first day.
    package var startDay: Day {
        isAnchored
            ? Period.day(month: month, day: key / 100 % 100) : Period.day(month: month, day: 1)
    }

    /// The first day after it.
    package var endDay: Day {
        let next = month % 100 == 12 ? month + 89 : month + 1
        let first = anchorDay.map { Period.firstDay(month: next, anchorDay: $0) } ?? 1
        return Period.day(month: next, day: first)
    }

    /// The first instant of the period.
    package var start: Timestamp { startDay.start }

    /// The first instant after the period.
    package var end: Timestamp { endDay.start }

    package static func < (left: Period, right: Period) -> Bool {
        (left.startDay, left.key) < (right.startDay, right.key)
    }

    private var isAnchored: Bool { key >= 10_000_000 }

    private var month: Int64 { isAnchored ? key / 10_000 : key }

    private static func isMonth(_ key: Int64) -> Bool {
        months.contains(key) && (1...12).contains(key % 100)
    }

    private static func month(before month: Int64) -> Int64 {
        month % 100 == 1 ? month - 89 : month - 1
    }

    /// The day of a month that an anchor's period begins on: clamped to the month's last.
    private static func firstDay(month: Int64, anchorDay: Int64) -> Int64 {
        min(
            anchorDay,
            Int64(CivilDate.dayCount(month: Int(month % 100), year: Int(month / 100))))
    }

    private static func day(month: Int64, day: Int64) -> Day {
        guard
            let date = CivilDate(
                year: Int(month / 100), month: Int(month % 100), day: Int(day))
        else { preconditionFailure("\(month) has no day \(day)") }
        return Day(date)
    }
}

extension Period: CustomStringConvertible {
    /// `2026-11`, or `2026-11-15` for one that begins on that day.
    package var description: String {
        var text = [UInt8]()
        text.appendDecimal(month / 100, width: 4)
        text.append(UInt8(ascii: "-"))
        text.appendDecimal(month % 100, width: 2)
        if isAnchored {
            text.append(UInt8(ascii: "-"))
            text.appendDecimal(key / 100 % 100, width: 2)
        }
        return String(decoding: text, as: UTF8.self)
    }
}
