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
    package private(set) var next: Change?

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

    /// The period that charges of `day` go to.
    package func period(on day: Day) -> Period {
        Period(containing: day, anchorDay: anchorDay(on: day))
    }

    /// When that period's counters are replaced by fresh ones.
    package func resetsAt(on day: Day) -> Timestamp {
        let end = period(on: day).end
        if let next, day < next.from { return min(end, next.from.start) }
        return end
    }

    /// The periods shall lie otherwise. That takes effect at the later end of the window that runs
    /// and the one that would; until then they lie as they do, and end when they would have.
    package mutating func change(toAnchorDay wanted: Int64?, on day: Day) {
        anchorDay = anchorDay(on: day)
        guard wanted != anchorDay else {
            next = nil
            return
        }
        if let next, next.anchorDay == wanted, day < next.from { return }
        let ends = max(
            Period(containing: day, anchorDay: anchorDay).endDay,
            Period(containing: day, anchorDay: wanted).endDay)
        next = Change(anchorDay: wanted, from: ends)
    }
}
