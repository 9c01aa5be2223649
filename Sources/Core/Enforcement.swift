/// How far limits are enforced: the roll-out of the gate (SEMANTICS §2).
package struct Enforcement: Hashable, Sendable {
    package let mode: Mode
    /// So many of a hundred tenants are enforced upon; the others are observed.
    package let percent: Int64

    /// What happens at a limit. The numbers are stored.
    package enum Mode: Int64, Sendable, CaseIterable {
        case off = 0
        case observe = 1
        case enforce = 2

        /// The name in requests and answers.
        package var name: String {
            switch self {
            case .off: "off"
            case .observe: "observe"
            case .enforce: "enforce"
            }
        }
    }

    /// Every limit holds.
    package static let full = Enforcement(mode: .enforce, percent: 100)

    /// `mode`, for `percent` of the tenants where it is to enforce.
    package init(mode: Mode, percent: Int64) {
        precondition((0...100).contains(percent), "\(percent) is no percentage of tenants")
        self.mode = mode
        self.percent = percent
    }

    /// What holds for a tenant in this bucket, 0 to 99.
    package func mode(bucket: Int64) -> Mode {
        switch mode {
        case .off: .off
        case .observe: .observe
        case .enforce: bucket < percent ? .enforce : .observe
        }
    }
}
