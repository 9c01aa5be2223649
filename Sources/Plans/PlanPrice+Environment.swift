import Core

extension PlanPrice {
    /// True if a text can be a price id of a payment provider: letters, digits and signs, no
    /// blanks, of a bounded length.
    static func isProviderPrice(_ text: String) -> Bool {
        (1...Limits.providerPriceBytesMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// The price with what its variable holds now; none where that is unset, empty or no price id.
    func resolved(by environment: (String) -> String?) -> PlanPrice {
        let text = environmentName.flatMap(environment)
        return PlanPrice(
            interval: interval, amount: amount, currency: currency,
            environmentName: environmentName,
            providerPrice: text.flatMap { PlanPrice.isProviderPrice($0) ? $0 : nil },
            lookupKey: lookupKey)
    }
}
