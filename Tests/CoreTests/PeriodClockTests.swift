import Core
import Testing

@Suite struct `The clock of periods` {
    private static let november = Period(key: 202_611)
    private static let december = Period(key: 202_612)

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
        #expect(clock.current == Self.november)
        #expect(clock.observe(start.advanced(by: 60_000)) == true)
        #expect(clock.current == Self.december)
        #expect(clock.observe(start.advanced(by: 60_001)) == false)
    }

    @Test func `it rolls at midnight after a restart within the month`() throws {
        let start = try Self.moment("2026-11-30T23:59:59Z")
        var clock = PeriodClock(stored: Self.november, at: start)
        #expect(clock.observe(start.advanced(by: 1_000)) == true)
    }

    @Test func `a jump of 61 s over midnight rolls only after 60 s of steady time`() throws {
        let start = try Self.moment("2026-11-30T23:59:30Z")
        var clock = PeriodClock(stored: nil, at: start)
        let after = jumped(start, by: 61_000)
        #expect(clock.observe(after) == false)
        #expect(clock.observe(after.advanced(by: 30_000)) == false)
        #expect(clock.observe(after.advanced(by: 59_999)) == false)
        #expect(clock.current == Self.november)
        #expect(clock.observe(after.advanced(by: 60_000)) == true)
        #expect(clock.current == Self.december)
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
        #expect(clock.current == Self.november)
    }

    @Test func `a period that ended while the server was down stays for 60 s`() throws {
        let start = try Self.moment("2026-12-15T12:00:00Z")
        var clock = PeriodClock(stored: Self.november, at: start)
        #expect(clock.current == Self.november)
        #expect(clock.observe(start.advanced(by: 59_999)) == false)
        #expect(clock.observe(start.advanced(by: 60_000)) == true)
        #expect(clock.current == Self.december)
    }

    @Test func `a clock that reads an earlier month never takes the period back`() throws {
        let start = try Self.moment("2026-11-15T12:00:00Z")
        var clock = PeriodClock(stored: Self.december, at: start)
        #expect(clock.current == Self.december)
        #expect(clock.observe(start.advanced(by: 120_000)) == false)
        #expect(clock.observe(start.advanced(by: 30 * 86_400_000)) == false)
        #expect(clock.current == Self.december)
        #expect(clock.observe(start.advanced(by: 47 * 86_400_000)) == true)
        #expect(clock.current == Period(key: 202_701))
    }

    @Test func `whatever the clocks do the period never goes back`() throws {
        var random = Random(seed: 10)
        var now = try Self.moment("2026-11-15T12:00:00Z")
        var clock = PeriodClock(stored: nil, at: now)
        var rolls = 0
        for step in 0..<20_000 {
            let before = clock.current
            now = now.advanced(by: Int64.random(in: 0...40_000, using: &random))
            if Int.random(in: 0..<50, using: &random) == 0 {
                let days = Int64.random(in: -40...40, using: &random)
                now = jumped(now, by: days * 86_400_000)
            }
            let rolled = clock.observe(now)
            guard rolled == (clock.current > before), clock.current >= before else {
                Issue.record("step \(step): \(before) became \(clock.current)")
                return
            }
            rolls += rolled ? 1 : 0
        }
        #expect(rolls > 3)
    }

    @Test(
        arguments: [
            ("2026-11-30T23:00:00Z", nil), ("2026-11-30T23:59:59.999Z", 202_611),
            ("2026-12-15T12:00:00Z", 202_611), ("2026-11-15T12:00:00Z", 202_612),
            ("2026-12-31T23:59:30Z", 202_611),
        ] as [(String, Int64?)])
    func `it tells when it may next roll`(wall: String, stored: Int64?) throws {
        let start = try Self.moment(wall)
        var clock = PeriodClock(stored: stored.flatMap { Period(key: $0) }, at: start)
        let next = clock.nextRollSteadyMilliseconds(at: start) - start.steadyMilliseconds
        var early = clock
        #expect(early.observe(start.advanced(by: next - 1)) == false)
        #expect(clock.observe(start.advanced(by: next)) == true)
    }
}
