import Core
import Testing

@Suite struct `Periods` {
    @Test(arguments: [
        ("2026-11-30T23:59:59.999Z", "2026-11"), ("2026-12-01T00:00:00.000Z", "2026-12"),
        ("2026-12-31T23:59:59.999Z", "2026-12"), ("2027-01-01T00:00:00.000Z", "2027-01"),
        ("2024-02-29T12:00:00.000Z", "2024-02"), ("1969-12-31T23:59:59.999Z", "1969-12"),
        ("2026-12-01T00:30:00+01:00", "2026-11"),
    ])
    func `a time lies in its calendar month of UTC`(time: String, period: String) throws {
        let time = try #require(Timestamp(rfc3339: time))
        let found = Period(containing: time)
        #expect(found.description == period)
        #expect(found.start <= time && time < found.end)
    }

    @Test func `each period ends where the next begins`() throws {
        var period = try #require(Period(text: "1999-11"))
        for _ in 0..<400 {
            let next = Period(containing: period.end)
            #expect(next.start == period.end)
            #expect(period < next)
            #expect(Period(containing: period.end.adding(-1)) == period)
            #expect(Period(key: period.key) == period)
            #expect(Period(text: period.description) == period)
            period = next
        }
        #expect(period.description == "2033-03")
    }

    @Test(arguments: [("1900-02", "1900-03-01"), ("9999-11", "9999-12-01")])
    func `the first and the last period have an end`(text: String, end: String) throws {
        let period = try #require(Period(text: text))
        #expect(period.end.description == end + "T00:00:00.000Z")
    }

    @Test func `a month whose end has no year of four digits is refused`() {
        #expect(Period(text: "9999-12") == nil)
        #expect(Period(text: "1900-01") == nil)
        #expect(Period(key: 999_912) == nil)
    }

    @Test(arguments: [
        "", "2026", "2026-", "2026-1", "2026-001", "2026-00", "2026-13", "26-11", "2026-11-01",
        "2026/11", "-026-11", "2026--1", "+026-11", "2026- 1", "２026-11", "1899-12", "2026-11 ",
    ])
    func `text that is no month is refused`(text: String) {
        #expect(Period(text: text) == nil)
    }

    @Test(arguments: [0, 202_600, 202_613, 189_912, 1_000_001, -202_611] as [Int64])
    func `a key that is no month is refused`(key: Int64) {
        #expect(Period(key: key) == nil)
    }

    @Test(
        arguments: [
            (29, "2027-01-29 2027-02-28 2027-03-29 2027-04-29"),
            (30, "2027-01-30 2027-02-28 2027-03-30 2027-04-30"),
            (31, "2027-01-31 2027-02-28 2027-03-31 2027-04-30 2027-05-31"),
            (29, "2028-01-29 2028-02-29 2028-03-29"),
            (30, "2028-01-30 2028-02-29 2028-03-30"),
            (31, "2028-01-31 2028-02-29 2028-03-31 2028-04-30 2028-05-31 2028-06-30"),
            (31, "2099-12-31 2100-01-31 2100-02-28 2100-03-31"),
            (29, "1999-12-29 2000-01-29 2000-02-29 2000-03-29"),
            (1, "2026-11-01 2026-12-01 2027-01-01"),
            (28, "2026-12-28 2027-01-28 2027-02-28 2027-03-28"),
        ] as [(Int64, String)])
    func `a short month clamps the anchor and the next has its day again`(
        anchorDay: Int64, starts: String
    ) throws {
        let starts = starts.split(separator: " ").map(String.init)
        let first = try #require(Timestamp(rfc3339: starts[0] + "T00:00:00Z"))
        var period = Period(containing: Day(containing: first), anchorDay: anchorDay)
        for (start, next) in zip(starts, starts.dropFirst()) {
            #expect(period.description == start)
            #expect(period.anchorDay == anchorDay)
            #expect(period.start.description == start + "T00:00:00.000Z")
            #expect(period.end.description == next + "T00:00:00.000Z")
            period = Period(containing: period.endDay, anchorDay: anchorDay)
        }
        #expect(period.description == starts.last)
    }

    @Test(
        arguments: [
            ("2026-11-15T00:00:00Z", 15, "2026-11-15"), ("2026-11-14T23:59:59Z", 15, "2026-10-15"),
            ("2027-01-01T00:00:00Z", 15, "2026-12-15"), ("2027-02-27T12:00:00Z", 31, "2027-01-31"),
            ("2027-02-28T00:00:00Z", 31, "2027-02-28"), ("2027-03-30T12:00:00Z", 31, "2027-02-28"),
            ("2028-02-28T12:00:00Z", 30, "2028-01-30"), ("2028-02-29T12:00:00Z", 30, "2028-02-29"),
        ] as [(String, Int64, String)])
    func `a day lies in the anchored period that began last`(
        time: String, anchorDay: Int64, period: String
    ) throws {
        let day = Day(containing: try #require(Timestamp(rfc3339: time)))
        #expect(Period(containing: day, anchorDay: anchorDay).description == period)
    }

    /// Nil, and days of the month that are clamped never, sometimes and often.
    private static let anchors: [Int64?] = [nil, 1, 2, 15, 28, 29, 30, 31]

    @Test(arguments: anchors)
    func `400 years of days lie in periods whose keys come back`(anchorDay: Int64?) throws {
        // The Gregorian calendar repeats after 146,097 days.
        let first = try #require(Day(number: 10_957))
        var period = Period(containing: first, anchorDay: anchorDay)
        for number in first.number...first.number + 146_097 {
            let day = try #require(Day(number: number))
            let found = Period(containing: day, anchorDay: anchorDay)
            if found != period {
                #expect(found.startDay == day && period.endDay == day && period < found)
                #expect(Period(key: found.key) == found)
                #expect(found.anchorDay == anchorDay)
                #expect(Period.keys(named: found.description)?.contains(found.key) == true)
                period = found
            }
            guard found.startDay <= day, day < found.endDay else {
                Issue.record("\(day.date) is not in \(found)")
                return
            }
        }
    }

    @Test(arguments: anchors)
    func `the first and the last days that are counted in have periods with keys`(
        anchorDay: Int64?
    ) {
        let ends = [
            Day(containing: Timestamp(milliseconds: .min)),
            Day(containing: Timestamp(milliseconds: .max)),
        ]
        for day in ends {
            #expect(Day(number: day.number) == day)
            let period = Period(containing: day, anchorDay: anchorDay)
            #expect(Period(key: period.key) == period)
            #expect(Period.isText(period.description))
            #expect(period.startDay <= day && day < period.endDay)
        }
        #expect(Day(number: ends[0].number - 1) == nil)
        #expect(Day(number: ends[1].number + 1) == nil)
    }

    @Test(
        arguments: [
            20_261_131_31, 20_260_228_27, 20_261_100_01, 20_261_115_00, 20_261_115_16,
            20_261_132_32, 20_261_301_01, 20_260_229_29, 18_991_215_15, 99_991_215_15,
        ] as [Int64])
    func `a key of an anchored period that there is not is refused`(key: Int64) {
        #expect(Period(key: key) == nil)
    }

    @Test func `periods that begin on one day under several anchors are told apart by key`() {
        let texts = [28, 29, 30, 31].map { Period(key: 20_270_228_00 + $0)?.description }
        #expect(texts == ["2027-02-28", "2027-02-28", "2027-02-28", "2027-02-28"])
        let keys = Period.keys(named: "2027-02-28")
        #expect(keys == 20_270_228_01...20_270_228_31)
    }

    @Test(
        arguments: [
            ("2026-11", 202_611...202_611), ("2026-11-15", 20_261_115_01...20_261_115_31),
            ("2028-02-29", 20_280_229_01...20_280_229_31), ("2027-02-29", nil), ("2026-11-00", nil),
            ("2026-11-31", nil), ("2026-13", nil), ("2026-13-01", nil), ("2026", nil), ("", nil),
            ("2026-11-1", nil), ("2026-11-15-01", nil), ("2026-11-", nil), ("-2026-11", nil),
            ("2026_11", nil), ("２026-11", nil), ("2026-+1-01", nil), ("2026-11-15 ", nil),
        ] as [(String, ClosedRange<Int64>?)])
    func `a text names the keys of the periods that are called so`(
        text: String, keys: ClosedRange<Int64>?
    ) {
        #expect(Period.keys(named: text) == keys)
        #expect(Period.isText(text) == (keys != nil))
    }

    @Test func `an earlier period is less whatever its anchor`() throws {
        let keys: [Int64] = [
            202_610, 20_261_015_15, 202_611, 20_261_102_02, 20_261_115_15, 202_612,
        ]
        let periods = try keys.map { try #require(Period(key: $0)) }
        #expect(periods.reversed().sorted() == periods)
    }
}
