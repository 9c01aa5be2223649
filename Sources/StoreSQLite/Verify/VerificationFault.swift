/// An invariant that does not hold, with the first rows that break it.
package struct VerificationFault: Hashable, Sendable, CustomStringConvertible {
    /// What must hold.
    package let invariant: Invariant
    /// How many rows break it.
    package private(set) var count = 0
    /// The first of them: which row, what was expected, what was found.
    package private(set) var examples: [String] = []

    /// So many rows of each invariant are shown; the rest is counted.
    package static let examplesMax = 20

    init(_ invariant: Invariant) {
        self.invariant = invariant
    }

    /// One more row breaks the invariant. `example` is asked for only while there is room.
    mutating func add(_ example: () -> String) {
        count += 1
        if examples.count < VerificationFault.examplesMax { examples.append(example()) }
    }

    /// `job_in_one_place: 2 rows, such as job_0c…: expected …`.
    package var description: String {
        "\(invariant.rawValue): \(count) \(count == 1 ? "row" : "rows"), such as "
            + (examples.first ?? "none")
    }
}
