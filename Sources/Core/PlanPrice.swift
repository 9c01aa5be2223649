/// How often a plan's price is paid.
package enum PriceInterval: Sendable, CaseIterable {
    case month
    case year

    /// The name in plan files and requests.
    package var name: String {
        switch self {
        case .month: "month"
        case .year: "year"
        }
    }
}

/// What a plan costs in an interval, and how the payment provider knows that price.
package struct PlanPrice: Hashable, Sendable {
    package let interval: PriceInterval
    package let amount: Price
    /// Three letters, such as `usd`.
    package let currency: String
    /// The environment variable that holds the provider's price id.
    package let environmentName: String?
    /// The provider's price id, as the environment gave it at start.
    package let providerPrice: String?
    /// A name that the provider keeps for the price whatever its id.
    package let lookupKey: String?

    /// A price of `amount` each `interval`.
    package init(
        interval: PriceInterval, amount: Price, currency: String,
        environmentName: String? = nil, providerPrice: String? = nil, lookupKey: String? = nil
    ) {
        self.interval = interval
        self.amount = amount
        self.currency = currency
        self.environmentName = environmentName
        self.providerPrice = providerPrice
        self.lookupKey = lookupKey
    }
}
