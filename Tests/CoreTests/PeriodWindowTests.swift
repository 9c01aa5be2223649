import Core
import Testing

@Suite struct `The windows that a tenant counts in` {
    private static func day(_ date: String) throws -> Day {
        Day(containing: try #require(Timestamp(rfc3339: date + "T12:00:00Z")))
    }

    /// The first days of the periods that lie between two dates.
    private func starts(
        _ window: PeriodWindow, from first: String, to last: String
    ) throws -> [String] {
        let (first, last) = (try Self.day(first), try Self.day(last))
        var texts: [String] = []
        for number in first.number...last.number {
            let day = try #require(Day(number: number))
            let text = window.period(on: day).description
            if texts.last != text { texts.append(text) }
        }
        return texts
    }

    @Test(
        arguments: [
            ("2026-11-20", nil, 15, "2026-12-15"), ("2026-11-10", nil, 15, "2026-12-15"),
            ("2026-11-15", nil, 15, "2026-12-15"), ("2026-11-20", 15, nil, "2027-01-01"),
            ("2026-11-10", 15, nil, "2026-12-01"), ("2026-12-01", 15, nil, "2027-01-01"),
            ("2026-11-20", 10, 25, "2026-12-25"), ("2026-11-20", 25, 10, "2026-12-10"),
            ("2027-02-28", nil, 31, "2027-03-31"), ("2027-02-27", nil, 31, "2027-03-31"),
            ("2027-02-10", 31, 30, "2027-02-28"),
        ] as [(String, Int64?, Int64?, String)])
    func `a change takes effect with the first new period behind the running one`(
        on: String, before: Int64?, after: Int64?, from: String
    ) throws {
        let (on, from) = (try Self.day(on), try Self.day(from))
        var window = PeriodWindow(anchorDay: before)
        window.change(toAnchorDay: after, on: on)
        #expect(window.next == PeriodWindow.Change(anchorDay: after, from: from))
        let eve = try #require(Day(number: from.number - 1))
        #expect(window.anchorDay(on: on) == before)
        #expect(window.anchorDay(on: eve) == before)
        #expect(window.anchorDay(on: from) == after)
        #expect(window.period(on: eve) == Period(containing: on, anchorDay: before))
        #expect(window.period(on: from) == Period(containing: from, anchorDay: after))
    }

    @Test func `periods follow the calendar until the change and the anchor from it on`() throws {
        var window = PeriodWindow.calendar
        window.change(toAnchorDay: 15, on: try Self.day("2026-11-20"))
        #expect(
            try starts(window, from: "2026-11-20", to: "2027-02-20")
                == ["2026-11", "2026-12-15", "2027-01-15", "2027-02-15"])
    }

    @Test func `periods follow the anchor until the change and the calendar from it on`() throws {
        var window = PeriodWindow(anchorDay: 15)
        window.change(toAnchorDay: nil, on: try Self.day("2026-11-10"))
        #expect(
            try starts(window, from: "2026-11-10", to: "2027-01-20")
                == ["2026-10-15", "2026-12", "2027-01"])
    }

    @Test func `a change that is taken back before it took effect never was`() throws {
        var window = PeriodWindow.calendar
        window.change(toAnchorDay: 15, on: try Self.day("2026-11-20"))
        window.change(toAnchorDay: nil, on: try Self.day("2026-11-30"))
        #expect(window == .calendar)
    }

    @Test func `a change that is taken back while a period goes on past its end refills nothing`()
        throws
    {
        var window = PeriodWindow.calendar
        window.change(toAnchorDay: 15, on: try Self.day("2026-11-20"))
        window.change(toAnchorDay: nil, on: try Self.day("2026-12-10"))
        #expect(
            try starts(window, from: "2026-11-20", to: "2027-02-20")
                == ["2026-11", "2026-12", "2027-01", "2027-02"])
        #expect(
            window.resetsAt(on: try Self.day("2026-12-10")).description
                == "2026-12-15T00:00:00.000Z")
    }

    @Test func `a change that is asked for again comes no later`() throws {
        var window = PeriodWindow.calendar
        window.change(toAnchorDay: 15, on: try Self.day("2026-11-20"))
        let first = window
        window.change(toAnchorDay: 15, on: try Self.day("2026-12-10"))
        #expect(window == first)
    }

    @Test func `another change takes the place of one that has not come`() throws {
        var window = PeriodWindow.calendar
        window.change(toAnchorDay: 15, on: try Self.day("2026-11-20"))
        window.change(toAnchorDay: 20, on: try Self.day("2026-12-10"))
        #expect(window.anchorDay == nil)
        #expect(window.next?.anchorDay == 20)
        #expect(window.next?.from == (try Self.day("2026-12-20")))
        #expect(window.period(on: try Self.day("2026-12-10")).description == "2026-11")
    }

    @Test func `once it took effect a change is where the next one starts from`() throws {
        var window = PeriodWindow.calendar
        window.change(toAnchorDay: 15, on: try Self.day("2026-11-20"))
        window.change(toAnchorDay: nil, on: try Self.day("2026-12-15"))
        #expect(window.anchorDay == 15)
        #expect(window.next?.anchorDay == nil)
        #expect(window.next?.from == (try Self.day("2027-02-01")))
        window.change(toAnchorDay: 15, on: try Self.day("2026-12-20"))
        #expect(window == PeriodWindow(anchorDay: 15))
    }

    @Test(
        arguments: [
            ("2026-11-20", "2026-12-15"), ("2026-11-30", "2026-12-15"),
            ("2026-12-01", "2026-12-15"), ("2026-12-14", "2026-12-15"),
            ("2026-12-15", "2027-01-15"), ("2027-01-14", "2027-01-15"),
        ])
    func `counters are replaced at the period's end or at the change`(
        on: String, resetsAt: String
    ) throws {
        var window = PeriodWindow.calendar
        window.change(toAnchorDay: 15, on: try Self.day("2026-11-20"))
        #expect(
            window.resetsAt(on: try Self.day(on)).description == resetsAt + "T00:00:00.000Z")
    }

    @Test func `whatever is changed periods go on, never back, and reset when they said`() throws {
        var random = Random(seed: 12)
        let anchors: [Int64?] = [nil, 1, 5, 15, 28, 29, 30, 31]
        for _ in 0..<200 {
            var window = PeriodWindow(anchorDay: anchors.randomElement(using: &random) ?? nil)
            var day = try Self.day("2027-01-01")
            var latest = window.period(on: day)
            for _ in 0..<400 {
                let before = window.period(on: day)
                // No day is in two periods that a tenant has a quota in, but for those that the
                // ends of short months move.
                guard
                    before == latest
                        || before.startDay.number >= latest.endDay.number - 3
                else {
                    Issue.record("on \(day.date) \(before) is counted behind \(latest)")
                    return
                }
                latest = before
                if Int.random(in: 0..<25, using: &random) == 0 {
                    window.change(
                        toAnchorDay: anchors.randomElement(using: &random) ?? nil, on: day)
                    #expect(window.period(on: day) == before)
                }
                let resetsAt = window.resetsAt(on: day)
                day = try #require(Day(number: day.number + 1))
                let after = window.period(on: day)
                guard after >= before, (after != before) == (day.start >= resetsAt) else {
                    Issue.record("on \(day.date) \(window): \(before), \(after), \(resetsAt)")
                    return
                }
            }
        }
    }

    @Test func `turning back and forth all the time brings no more quotas than months`() throws {
        for anchor: Int64 in 1...31 {
            for every in [1, 3, 7, 14, 16, 30] {
                var window = PeriodWindow.calendar
                var day = try Self.day("2026-11-20")
                var periods: Set<Period> = []
                for step in 0..<360 {
                    if step % every == 0 {
                        let isAnchored = step / every % 2 == 0
                        window.change(toAnchorDay: isAnchored ? anchor : nil, on: day)
                    }
                    periods.insert(window.period(on: day))
                    day = try #require(Day(number: day.number + 1))
                }
                #expect(periods.count <= 13, "anchor \(anchor), every \(every) days")
            }
        }
    }

    @Test(
        arguments: [
            ("2026-11", "2026-11"), ("2026-10", nil), ("2026-12", nil),
            ("2026-12-15", "2026-12-15"),
            ("2027-01-15", "2027-01-15"), ("2027-02-15", nil), ("2027-01", nil), ("1900-01", nil),
            ("2026-11-10", nil), ("2026-02-31", nil),
        ] as [(String, String?)])
    func `a period is known by its name if somebody has lived in it`(
        name: String, period: String?
    ) throws {
        var window = PeriodWindow.calendar
        window.change(toAnchorDay: 15, on: try Self.day("2026-11-20"))
        let found = window.period(
            named: name, from: try Self.day("2026-11-10"), through: try Self.day("2027-02-01"))
        #expect(found?.description == period)
    }
}
