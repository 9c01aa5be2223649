/// A counter row: what a tenant has used of a metric in a period, by source.
package struct Usage: Hashable, Sendable {
    package var plan: Int64
    package var grant: Int64
    package var overage: Int64
    /// Past a soft limit, and nobody agreed to pay: never billed.
    package var overSoft: Int64
    /// Past a limit that was not enforced: counted, but not as used.
    package var unenforced: Int64

    /// Nothing used yet.
    package static let none = Usage()

    /// A counter with these sums.
    package init(
        plan: Int64 = 0, grant: Int64 = 0, overage: Int64 = 0, overSoft: Int64 = 0,
        unenforced: Int64 = 0
    ) {
        self.plan = plan
        self.grant = grant
        self.overage = overage
        self.overSoft = overSoft
        self.unenforced = unenforced
    }

    /// What counts as used: the sum over all sources but what was not enforced.
    package var total: Int64 { plan + grant + overage + overSoft }

    /// The part that came from one source.
    package subscript(source: ChargeSource) -> Int64 {
        get {
            switch source {
            case .plan: plan
            case .grant: grant
            case .overage: overage
            case .overSoft: overSoft
            case .unenforced: unenforced
            }
        }
        set {
            switch source {
            case .plan: plan = newValue
            case .grant: grant = newValue
            case .overage: overage = newValue
            case .overSoft: overSoft = newValue
            case .unenforced: unenforced = newValue
            }
        }
    }

    /// The counter after `charge`.
    package func adding(_ charge: Charge) -> Usage {
        var sum = self
        sum[charge.source] += charge.amount
        return sum
    }
}

/// Where a charged unit comes from. The numbers are stored.
package enum ChargeSource: Int64, Sendable, CaseIterable {
    case plan = 1
    case grant = 2
    case overage = 3
    case overSoft = 4
    case unenforced = 5

    /// The name in the ledger.
    package var name: String {
        switch self {
        case .plan: "plan"
        case .grant: "grant"
        case .overage: "overage"
        case .overSoft: "over_soft"
        case .unenforced: "unenforced"
        }
    }
}

/// Units that one admission takes from one source.
package struct Charge: Hashable, Sendable {
    package let source: ChargeSource
    package let amount: Int64
    /// The grant that they come from.
    package let grant: GrantID?

    /// `amount` units from `source`.
    package init(source: ChargeSource, amount: Int64, grant: GrantID? = nil) {
        self.source = source
        self.amount = amount
        self.grant = grant
    }
}
