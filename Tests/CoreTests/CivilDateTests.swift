import Core
import Testing

@Suite struct `Civil dates` {
    /// The Gregorian rule said another way than the code says it.
    private static func isLeap(_ year: Int) -> Bool {
        year.isMultiple(of: 400) || (year.isMultiple(of: 4) && !year.isMultiple(of: 100))
    }

    @Test func `days agree with a count day by day from 1900 to 2200`() {
        var days: Int64 = -25_567
        for year in 1900...2200 {
            let february = Self.isLeap(year) ? 29 : 28
            let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            for (index, length) in lengths.enumerated() {
                #expect(CivilDate.dayCount(month: index + 1, year: year) == length)
                for day in 1...length {
                    let date = CivilDate(daysSinceEpoch: days)
                    guard (date.year, date.month, date.day) == (year, index + 1, day),
                        date.daysSinceEpoch == days,
                        CivilDate(year: year, month: index + 1, day: day) == date
                    else {
                        Issue.record("day \(days) is not \(year)-\(index + 1)-\(day): \(date)")
                        return
                    }
                    days += 1
                }
                #expect(CivilDate(year: year, month: index + 1, day: length + 1) == nil)
            }
        }
        #expect(days == 84_371)
    }

    @Test(arguments: [
        (-1, 1, 1), (10_000, 1, 1), (2026, 0, 1), (2026, 13, 1), (2026, 1, 0), (2026, 1, 32),
        (2026, 4, 31), (2025, 2, 29), (1900, 2, 29), (2026, -1, 1), (2026, 1, -1),
    ])
    func `a day that there is not is refused`(year: Int, month: Int, day: Int) {
        #expect(CivilDate(year: year, month: month, day: day) == nil)
    }

    @Test(arguments: [(0, 2, 29), (2000, 2, 29), (2024, 2, 29), (9_999, 12, 31), (0, 1, 1)])
    func `the days at the edges are there`(year: Int, month: Int, day: Int) throws {
        let date = try #require(CivilDate(year: year, month: month, day: day))
        #expect(CivilDate(daysSinceEpoch: date.daysSinceEpoch) == date)
    }

    @Test func `midnight is the first instant of the day`() throws {
        let date = try #require(CivilDate(year: 2026, month: 12, day: 1))
        #expect(date.midnight.description == "2026-12-01T00:00:00.000Z")
    }
}
