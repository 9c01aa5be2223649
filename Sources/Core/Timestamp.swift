/// A point of wall-clock time: milliseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Hashable, Comparable, Sendable {
    package let milliseconds: Int64

    /// Wraps a count of milliseconds since the epoch.
    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The last that has a text, and the last that a row may hold.
    package static let latest = Timestamp(milliseconds: 253_402_300_799_999)

    /// The point that lies `milliseconds` later, or the latest there is: an event may name the end
    /// of the year 9999, and what is counted from there is written to rows.
    package func adding(_ milliseconds: Int64) -> Timestamp {
        let (sum, overflows) = self.milliseconds.addingReportingOverflow(milliseconds)
        guard milliseconds > 0, self <= Timestamp.latest else {
            return Timestamp(milliseconds: self.milliseconds &+ milliseconds)
        }
        return overflows ? .latest : min(Timestamp(milliseconds: sum), .latest)
    }

    /// How many milliseconds lie between `other` and this point; negative if it is earlier.
    package func since(_ other: Timestamp) -> Int64 {
        milliseconds - other.milliseconds
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The most that the text of a time takes, in whatever year.
    package static let textBytesMax = 40

    /// The start of the id epoch, 2025-01-01T00:00:00Z.
    package static let idEpoch = Timestamp(milliseconds: 1_735_689_600_000)
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds, as every answer shows times.
    package var description: String {
        var text = [UInt8]()
        text.append(rfc3339: self)
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads RFC 3339 text such as `2026-12-01T09:00:00+01:00`; nil if it is not that.
    package init?(rfc3339 text: String) {
        var cursor = DigitCursor(text)
        guard let year = cursor.number(digits: 4), cursor.take("-"),
            let month = cursor.number(digits: 2), cursor.take("-"),
            let day = cursor.number(digits: 2), cursor.take("T") || cursor.take("t"),
            let hour = cursor.number(digits: 2), cursor.take(":"),
            let minute = cursor.number(digits: 2), cursor.take(":"),
            let second = cursor.number(digits: 2)
        else { return nil }
        var fraction: Int64 = 0
        if cursor.take(".") {
            guard let read = cursor.millisecondFraction() else { return nil }
            fraction = read
        }
        guard let offset = cursor.zoneOffsetMinutes(), cursor.isAtEnd,
            let date = CivilDate(year: year, month: month, day: day),
            hour < 24, minute < 60, second < 61
        else { return nil }
        let seconds = Int64(hour * 3_600 + minute * 60 + min(second, 59)) - Int64(offset * 60)
        let total = date.daysSinceEpoch * 86_400 + seconds
        // An offset can lead into a year that could not be shown again.
        let utc = CivilDate(daysSinceEpoch: total.flooredDivision(by: 86_400))
        guard (0...9_999).contains(utc.year) else { return nil }
        self.init(milliseconds: total * 1_000 + fraction)
    }
}

/// Reads the fixed-width digits of a date text.
private struct DigitCursor {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else {
            return false
        }
        position += 1
        return true
    }

    mutating func number(digits: Int) -> Int? {
        guard position + digits <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[position..<position + digits] {
            guard byte >= 48, byte <= 57 else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        position += digits
        return value
    }

    /// One to nine digits after the point; what is finer than a millisecond is cut off.
    mutating func millisecondFraction() -> Int64? {
        var value: Int64 = 0
        var digits = 0
        while position < bytes.count, bytes[position] >= 48, bytes[position] <= 57 {
            if digits < 3 { value = value * 10 + Int64(bytes[position] - 48) }
            digits += 1
            position += 1
        }
        guard digits > 0, digits <= 9 else { return nil }
        for _ in digits..<max(digits, 3) { value *= 10 }
        return value
    }

    mutating func zoneOffsetMinutes() -> Int? {
        if take("Z") || take("z") { return 0 }
        let isEast = take("+")
        guard isEast || take("-"), let hours = number(digits: 2), take(":"),
            let minutes = number(digits: 2), hours < 24, minutes < 60
        else { return nil }
        return (isEast ? 1 : -1) * (hours * 60 + minutes)
    }
}

extension Int64 {
    /// Division that rounds towards negative infinity, as dates before 1970 need it.
    package func flooredDivision(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

extension [UInt8] {
    /// Appends `value` in decimal, padded with zeros to `width` digits.
    package mutating func appendDecimal(_ value: Int64, width: Int) {
        append(addingCapacity: Swift.max(width, 20)) { $0.appendDecimal(value, width: width) }
    }

    /// Appends a time in UTC with milliseconds.
    package mutating func append(rfc3339 time: Timestamp) {
        append(addingCapacity: Timestamp.textBytesMax) { $0.append(rfc3339: time) }
    }
}

extension OutputSpan<UInt8> {
    /// Appends `value` in decimal, padded with zeros to `width` digits.
    fileprivate mutating func appendDecimal(_ value: Int64, width: Int) {
        if width == 2, value >= 0, value < 100 { return appendPair(value) }
        let digits = String(value).utf8
        append(repeating: 48, count: Swift.max(0, width - digits.count))
        for digit in digits { append(digit) }
    }

    /// Appends a time in UTC with milliseconds, digit by digit: each answer shows some.
    package mutating func append(rfc3339 time: Timestamp) {
        let day = time.milliseconds.flooredDivision(by: 86_400_000)
        let date = CivilDate(daysSinceEpoch: day)
        let inDay = time.milliseconds - day * 86_400_000
        let year = Int64(date.year)
        if year >= 0, year < 10_000 {
            appendPair(year / 100)
            appendPair(year % 100)
        } else {
            appendDecimal(year, width: 4)
        }
        append(UInt8(ascii: "-"))
        appendPair(Int64(date.month))
        append(UInt8(ascii: "-"))
        appendPair(Int64(date.day))
        append(UInt8(ascii: "T"))
        appendPair(inDay / 3_600_000)
        append(UInt8(ascii: ":"))
        appendPair(inDay / 60_000 % 60)
        append(UInt8(ascii: ":"))
        appendPair(inDay / 1_000 % 60)
        append(UInt8(ascii: "."))
        append(48 + UInt8(inDay / 100 % 10))
        appendPair(inDay % 100)
        append(UInt8(ascii: "Z"))
    }

    private mutating func appendPair(_ value: Int64) {
        append(48 + UInt8(value / 10))
        append(48 + UInt8(value % 10))
    }
}
