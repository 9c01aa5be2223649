import Core
import Testing

@Suite struct `The clock of periods` {
    private static let november = Period(key: 202_611)
    private static let december = Period(key: 202_612)

    private static func day(_ date: String) throws -> Day {
        Day(containing: try #require(Timestamp(rfc3339: date + "T00:00:00Z")))
    }

    private func period(_ clock: PeriodClock) -> Period {
        PeriodWindow.calendar.period(on: clock.day)
    }

    private static func moment(_ wall: String, steady: Int64 = 1_000) throws -> Moment {
        Moment(wall: try #require(Timestamp(rfc3339: wall)), steadyMilliseconds: steady)
    }

    private func jumped(_ moment: Moment, by milliseconds: Int64) -> Moment {
        Moment(
            wall: moment.wall.adding(milliseconds), steadyMilliseconds: moment.steadyMilliseconds)
    }

    @Test func `it rolls at midnight on the first while it runs`() throws {
        let start = try Self.moment("2026-11-30T23:59:00Z")
        var clock = PeriodClock(stored: nil, at: start)
        #expect(clock.observe(start.advanced(by: 59_999)) == false)
        #expect(period(clock) == Self.november)
        #expect(clock.observe(start.advanced(by: 60_000)) == true)
        #expect(period(clock) == Self.december)
        #expect(clock.observe(start.advanced(by: 60_001)) == false)
    }

    @Test func `it rolls at midnight after a restart within the month`() throws {
        let start = try Self.moment("2026-11-30T23:59:59Z")
        var clock = PeriodClock(stored: try Self.day("2026-11-30"), at: start)
        #expect(clock.observe(start.advanced(by: 1_000)) == true)
    }

    @Test func `a jump of 61 s over midnight rolls only after 60 s of steady time`() throws {
        let start = try Self.moment("2026-11-30T23:59:30Z")
        var clock = PeriodClock(stored: nil, at: start)
        let after = jumped(start, by: 61_000)
        #expect(clock.observe(after) == false)
        #expect(clock.observe(after.advanced(by: 30_000)) == false)
        #expect(clock.observe(after.advanced(by: 59_999)) == false)
        #expect(period(clock) == Self.november)
        #expect(clock.observe(after.advanced(by: 60_000)) == true)
        #expect(period(clock) == Self.december)
    }

    @Test(arguments: [(60_000, true), (60_001, false)] as [(Int64, Bool)])
    func `a jump is more than 60 s`(milliseconds: Int64, rolls: Bool) throws {
        let start = try Self.moment("2026-11-30T23:59:30Z")
        var clock = PeriodClock(stored: nil, at: start)
        #expect(clock.observe(jumped(start, by: milliseconds)) == rolls)
    }

    @Test func `a second jump begins the wait anew`() throws {
        let start = try Self.moment("2026-11-30T12:00:00Z")
        var clock = PeriodClock(stored: nil, at: start)
        let first = jumped(start, by: 86_400_000)
        #expect(clock.observe(first) == false)
        let second = jumped(first.advanced(by: 59_000), by: 3_600_000)
        #expect(clock.observe(second) == false)
        #expect(clock.observe(second.advanced(by: 59_999)) == false)
        #expect(clock.observe(second.advanced(by: 60_000)) == true)
    }

    @Test func `a jump forward that is undone in time rolls nothing`() throws {
        let start = try Self.moment("2026-11-10T12:00:00Z")
        var clock = PeriodClock(stored: nil, at: start)
        let away = jumped(start, by: 40 * 86_400_000)
        #expect(clock.observe(away) == false)
        let back = jumped(away.advanced(by: 30_000), by: -40 * 86_400_000)
        #expect(clock.observe(back) == false)
        #expect(clock.observe(back.advanced(by: 3_600_000)) == false)
        #expect(period(clock) == Self.november)
    }

    @Test func `a period that ended while the server was down stays for 60 s`() throws {
        let start = try Self.moment("2026-12-15T12:00:00Z")
        var clock = PeriodClock(stored: try Self.day("2026-11-30"), at: start)
        #expect(period(clock) == Self.november)
        #expect(clock.observe(start.advanced(by: 59_999)) == false)
        #expect(clock.observe(start.advanced(by: 60_000)) == true)
        #expect(period(clock) == Self.december)
    }

    @Test func `a clock that reads an earlier month never takes the period back`() throws {
        let start = try Self.moment("2026-11-15T12:00:00Z")
        var clock = PeriodClock(stored: try Self.day("2026-12-01"), at: start)
        #expect(period(clock) == Self.december)
        #expect(clock.observe(start.advanced(by: 120_000)) == false)
        #expect(clock.observe(start.advanced(by: 16 * 86_400_000)) == false)
        #expect(clock.day == (try Self.day("2026-12-01")))
        #expect(clock.observe(start.advanced(by: 30 * 86_400_000)) == true)
        #expect(clock.day == (try Self.day("2026-12-15")))
        #expect(period(clock) == Self.december)
        #expect(clock.observe(start.advanced(by: 47 * 86_400_000)) == true)
        #expect(period(clock) == Period(key: 202_701))
    }

    @Test func `it rolls at each midnight and periods begin on the days they lie on`() throws {
        var now = try Self.moment("2027-01-30T23:00:00Z")
        var clock = PeriodClock(stored: nil, at: now)
        let anchored = PeriodWindow(anchorDay: 31)
        var begun: [String] = []
        for _ in 0..<64 {
            let before = (period(clock), anchored.period(on: clock.day))
            now = now.advanced(by: 86_400_000)
            #expect(clock.observe(now) == true)
            if period(clock) != before.0 { begun.append("calendar \(clock.day.start)") }
            if anchored.period(on: clock.day) != before.1 {
                begun.append("anchored \(clock.day.start)")
            }
        }
        #expect(
            begun.map { $0.prefix(19) } == [
                "anchored 2027-01-31", "calendar 2027-02-01", "anchored 2027-02-28",
                "calendar 2027-03-01", "anchored 2027-03-31", "calendar 2027-04-01",
            ])
    }

    @Test func `whatever the clocks do neither the day nor a period goes back`() throws {
        var random = Random(seed: 10)
        var now = try Self.moment("2026-11-15T12:00:00Z")
        var clock = PeriodClock(stored: nil, at: now)
        let anchored = PeriodWindow(anchorDay: 29)
        var rolls = 0
        for step in 0..<20_000 {
            let before = clock.day
            now = now.advanced(by: Int64.random(in: 0...40_000, using: &random))
            if Int.random(in: 0..<50, using: &random) == 0 {
                let days = Int64.random(in: -40...40, using: &random)
                now = jumped(now, by: days * 86_400_000)
            }
            let rolled = clock.observe(now)
            let periods = [
                (period(clock), Period(containing: before)),
                (anchored.period(on: clock.day), anchored.period(on: before)),
            ]
            guard rolled == (clock.day > before), clock.day >= before,
                periods.allSatisfy({ $0 >= $1 })
            else {
                Issue.record("step \(step): \(before) became \(clock.day)")
                return
            }
            rolls += rolled ? 1 : 0
        }
        #expect(rolls > 3)
    }

    @Test(
        arguments: [
            ("2026-11-30T23:00:00Z", nil), ("2026-11-30T23:59:59.999Z", "2026-11-30"),
            ("2026-12-15T12:00:00Z", "2026-11-30"), ("2026-11-15T12:00:00Z", "2026-12-01"),
            ("2026-12-31T23:59:30Z", "2026-11-30"), ("2026-12-02T12:00:00Z", "2026-12-02"),
        ] as [(String, String?)])
    func `it tells when it may next roll`(wall: String, stored: String?) throws {
        let start = try Self.moment(wall)
        var clock = PeriodClock(stored: try stored.map(Self.day), at: start)
        let next = clock.nextRollSteadyMilliseconds(at: start) - start.steadyMilliseconds
        var early = clock
        #expect(early.observe(start.advanced(by: next - 1)) == false)
        #expect(clock.observe(start.advanced(by: next)) == true)
    }
}
