import Core

/// What was found to be wrong so far.
struct FaultList {
    private var found: [(offset: Int, fault: PlanFault)] = []

    /// How many were not kept.
    private var lost = 0

    /// Beyond these nothing is kept, so that no file makes a list larger than itself.
    private static let foundMax = 1_000

    /// True where another fault would not be kept.
    var isFull: Bool { found.count >= FaultList.foundMax }

    /// Notes a fault of the value that begins after `offset` bytes.
    mutating func add(_ fault: PlanFault, at offset: Int) {
        if isFull { addUnkept() } else { found.append((offset, fault)) }
    }

    /// Counts a fault that would not be kept, for which no words need be found.
    mutating func addUnkept() { lost += 1 }

    /// All of them in the order of the file; nil if there are none.
    var error: PlanFileError? {
        guard !found.isEmpty else { return nil }
        // Of those at one place the first that was found comes first.
        let sorted = found.enumerated().sorted {
            ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset)
        }
        return PlanFileError(
            sorted.prefix(Limits.planFaultsMax).map(\.element.fault),
            moreCount: max(0, sorted.count - Limits.planFaultsMax) + lost)
    }
}
