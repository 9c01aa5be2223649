/// A counter row: what a tenant has used of a metric in a period, by source.
package struct Usage: Hashable, Sendable {
    package var plan: Int64
    package var grant: Int64
    package var overage: Int64

    /// Nothing used yet.
    package static let none = Usage(plan: 0, grant: 0, overage: 0)

    /// A counter with these sums.
    package init(plan: Int64, grant: Int64, overage: Int64) {
        self.plan = plan
        self.grant = grant
        self.overage = overage
    }

    /// The sum over all sources.
    package var total: Int64 { plan + grant + overage }

    /// The counter after `charge`.
    package func adding(_ charge: Charge) -> Usage {
        var sum = self
        switch charge.source {
        case .plan: sum.plan += charge.amount
        case .grant: sum.grant += charge.amount
        case .overage: sum.overage += charge.amount
        }
        return sum
    }
}

/// Where a charged unit comes from. The numbers are stored.
package enum ChargeSource: Int64, Sendable, CaseIterable {
    case plan = 1
    case grant = 2
    case overage = 3

    /// The name in the ledger.
    package var name: String {
        switch self {
        case .plan: "plan"
        case .grant: "grant"
        case .overage: "overage"
        }
    }
}

/// Units that one admission takes from one source.
package struct Charge: Hashable, Sendable {
    package let source: ChargeSource
    package let amount: Int64

    /// `amount` units from `source`.
    package init(source: ChargeSource, amount: Int64) {
        self.source = source
        self.amount = amount
    }
}
