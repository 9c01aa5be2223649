/// Whose calendar a tenant's periods follow. The numbers are stored.
package enum PeriodMode: Int64, Sendable, CaseIterable {
    /// Months in UTC.
    case calendar = 0
    /// Months that begin on the tenant's own day.
    case anchored = 1

    /// The name in requests and plan files.
    package var name: String {
        switch self {
        case .calendar: "calendar"
        case .anchored: "anchored"
        }
    }
}

/// Which periods a tenant counts in: how they lie, and the change that is to come, if there is one.
package struct PeriodWindow: Hashable, Sendable {
    /// Where periods begin: nil on the first, else on this day of the month or the month's last.
    package private(set) var anchorDay: Int64?
    /// What comes then instead.
    @Seldom package private(set) var next: Change?

    /// A change that takes effect when a day comes.
    package struct Change: Hashable, Sendable {
        package let anchorDay: Int64?
        package let from: Day

        /// Periods begin on `anchorDay` from that day on.
        package init(anchorDay: Int64?, from: Day) {
            self.anchorDay = anchorDay
            self.from = from
        }
    }

    /// Calendar months.
    package static let calendar = PeriodWindow(anchorDay: nil)

    /// Periods that begin on this day of the month.
    package init(anchorDay: Int64?, next: Change? = nil) {
        self.anchorDay = anchorDay
        self.next = next
    }

    /// How periods lie on `day`.
    package func anchorDay(on day: Day) -> Int64? {
        if let next, day >= next.from { return next.anchorDay }
        return anchorDay
    }

    /// The period that charges of `day` go to. The last one before a change goes on until the
    /// change takes effect, so that what lies between its end and that is no period of its own.
    package func period(on day: Day) -> Period {
        if let extended, let next, day < next.from, day >= extended.endDay { return extended }
        return Period(containing: day, anchorDay: anchorDay(on: day))
    }

    /// The period that goes on past its end because a change is to come, if one does.
    private var extended: Period? {
        guard let next else { return nil }
        let end = Period(containing: next.from, anchorDay: anchorDay).startDay
        guard end < next.from, let last = Day(number: end.number - 1) else { return nil }
        return Period(containing: last, anchorDay: anchorDay)
    }

    /// When that period's counters are replaced by fresh ones.
    package func resetsAt(on day: Day) -> Timestamp {
        let period = period(on: day)
        guard let next, day < next.from else { return period.end }
        return period == extended ? next.from.start : min(period.end, next.from.start)
    }

    /// The periods shall lie otherwise. That takes effect with the first such period that begins
    /// when the running one has ended, or later; until then the running one goes on. So no time
    /// lies in two periods, and turning back and forth refills nothing (SEMANTICS §3).
    package mutating func change(toAnchorDay wanted: Int64?, on day: Day) {
        if let next, day >= next.from {
            guard wanted != next.anchorDay else { return }
            anchorDay = next.anchorDay
            self.next = nil
        }
        if let next {
            if next.anchorDay == wanted { return }
            if period(on: day) == extended, day >= period(on: day).endDay {
                let from = changeWithin(next, toAnchorDay: wanted, on: day)
                self.next = Change(anchorDay: wanted, from: from)
                return
            }
            self.next = nil
        }
        guard wanted != anchorDay else { return }
        let end = period(on: day).endDay
        let first = Period(containing: end, anchorDay: wanted)
        next = Change(anchorDay: wanted, from: first.startDay == end ? end : first.endDay)
    }

    /// When another change takes effect that is asked for while a period goes on past its end:
    /// with the first such period, but no later than the one after that would have ended.
    private func changeWithin(
        _ next: Change, toAnchorDay wanted: Int64?, on day: Day
    ) -> Day {
        guard wanted != anchorDay else { return next.from }
        let from = Period(containing: day, anchorDay: wanted).endDay
        return from < Period(containing: day, anchorDay: anchorDay).endDay ? from : next.from
    }

    /// The period that people call `name`, if a tenant that was there from `first` to `last` has
    /// lived in it. Of changes only the last is known; before that periods lay as before it.
    package func period(named name: String, from first: Day, through last: Day) -> Period? {
        guard let start = Period.startDay(named: name) else { return nil }
        return [start, first, next?.from].compactMap(\.self)
            .filter { first <= $0 && $0 <= last }
            .map(period(on:))
            .first { $0.description == name }
    }
}
