/// RFC 3339 once more, as slowly as can be: days are counted year by year.
struct TimeReference {
    let milliseconds: Int64

    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == 45, bytes[7] == 45, bytes[10] | 0x20 == 0x74,
            bytes[13] == 58, bytes[16] == 58,
            let year = TimeReference.number(bytes[0..<4]),
            let month = TimeReference.number(bytes[5..<7]),
            let day = TimeReference.number(bytes[8..<10]),
            let hour = TimeReference.number(bytes[11..<13]),
            let minute = TimeReference.number(bytes[14..<16]),
            let second = TimeReference.number(bytes[17..<19]),
            (1...12).contains(month), day >= 1, day <= TimeReference.days(of: month, in: year),
            hour <= 23, minute <= 59, second <= 60
        else { return nil }
        var rest = bytes[19...]
        var fraction = 0
        if rest.first == 46 {
            let digits = rest.dropFirst().prefix { $0 >= 48 && $0 <= 57 }
            guard (1...9).contains(digits.count) else { return nil }
            fraction = TimeReference.number(Array((digits + [48, 48]).prefix(3))[...]) ?? 0
            rest = rest.dropFirst(1 + digits.count)
        }
        guard let offset = TimeReference.offset(rest) else { return nil }
        var days = day - 1
        for earlier in 1..<13 where earlier < month {
            days += TimeReference.days(of: earlier, in: year)
        }
        days += TimeReference.daysBefore(year) - TimeReference.daysBefore(1970)
        // A leap second is the second before it.
        let seconds = ((days * 24 + hour) * 60 + minute - offset) * 60 + min(second, 59)
        let first = -TimeReference.daysBefore(1970) * 86_400
        let end = (TimeReference.daysBefore(10_000) - TimeReference.daysBefore(1970)) * 86_400
        guard seconds >= first, seconds < end else { return nil }
        milliseconds = Int64(seconds * 1_000 + fraction)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard digits.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        return Int(String(decoding: digits, as: UTF8.self))
    }

    /// Minutes east of Greenwich.
    private static func offset(_ text: ArraySlice<UInt8>) -> Int? {
        let bytes = Array(text)
        if bytes == [0x5A] || bytes == [0x7A] { return 0 }
        guard bytes.count == 6, bytes[0] == 43 || bytes[0] == 45, bytes[3] == 58,
            let hours = number(bytes[1..<3]), let minutes = number(bytes[4..<6]), hours <= 23,
            minutes <= 59
        else { return nil }
        return (bytes[0] == 43 ? 1 : -1) * (hours * 60 + minutes)
    }

    private static func isLeap(_ year: Int) -> Bool {
        year.isMultiple(of: 400) || year.isMultiple(of: 4) && !year.isMultiple(of: 100)
    }

    private static func days(of month: Int, in year: Int) -> Int {
        month == 2 && isLeap(year)
            ? 29 : [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    private static let yearStarts: [Int] = (0..<10_000).reduce(into: [0]) { starts, year in
        starts.append(starts[year] + (isLeap(year) ? 366 : 365))
    }

    /// Days from the start of year 0 to that of this one.
    private static func daysBefore(_ year: Int) -> Int { yearStarts[year] }
}
