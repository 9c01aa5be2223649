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

    @Test(arguments: [("1900-01", "1900-02-01"), ("9999-11", "9999-12-01")])
    func `the first and the last period have an end`(text: String, end: String) throws {
        let period = try #require(Period(text: text))
        #expect(period.end.description == end + "T00:00:00.000Z")
    }

    @Test func `a month whose end has no year of four digits is refused`() {
        #expect(Period(text: "9999-12") == nil)
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
}
