/// Why a plan file is refused.
package struct PlanFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, in the order of the file, as far as it is told; never empty.
    package let faults: [PlanFault]
    /// How many more there are.
    package let moreCount: Int

    /// A file with these faults, and so many that are not told.
    package init(_ faults: [PlanFault], moreCount: Int = 0) {
        precondition(!faults.isEmpty, "a plan file without faults is not refused")
        self.faults = faults
        self.moreCount = moreCount
    }

    /// The first fault, and how many others there are: one line for a log.
    package var description: String {
        let others = faults.count - 1 + moreCount
        let rest = others == 0 ? "" : " (and \(others) more)"
        return faults.prefix(1).map(\.description).joined() + rest
    }
}
