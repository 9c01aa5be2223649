/// A day in UTC. Every period begins with one, so the day is all that counting needs of the time.
package struct Day: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01.
    package let number: Int64

    /// February 1900 to the end of 9998: whatever the anchor, the period of such a day has a key.
    private static let numbers = -25_536...2_932_865 as ClosedRange<Int64>

    /// The day that `time` lies in.
    package init(containing time: Timestamp) {
        let number = time.milliseconds.flooredDivision(by: 86_400_000)
        self.number = min(max(number, Day.numbers.lowerBound), Day.numbers.upperBound)
    }

    /// The day with this number, or nil if it is none that can be counted in.
    package init?(number: Int64) {
        guard Day.numbers.contains(number) else { return nil }
        self.number = number
    }

    init(_ date: CivilDate) { number = date.daysSinceEpoch }

    package static func < (left: Day, right: Day) -> Bool { left.number < right.number }

    /// Its first instant.
    package var start: Timestamp { Timestamp(milliseconds: number * 86_400_000) }

    /// The first instant after it.
    package var end: Timestamp { Timestamp(milliseconds: (number + 1) * 86_400_000) }

    /// Its date.
    package var date: CivilDate { CivilDate(daysSinceEpoch: number) }
}
