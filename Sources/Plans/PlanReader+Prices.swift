import Core
import JSON

/// What a plan costs.
extension PlanReader {
    /// The prices in the order of their intervals.
    mutating func prices(_ spot: Spot?, isFree: Bool) -> [PlanPrice] {
        let intervals = PriceInterval.allCases
        var found: [PlanPrice] = []
        let entries = entries(
            of: spot,
            "an object of prices, such as {\"month\":{\"amount\":\"49.00\",\"currency\":\"usd\"}}",
            countMax: Limits.plansMax)
        for (name, spot) in entries {
            guard let interval = intervals.first(where: { $0.name.utf8.elementsEqual(name.utf8) })
            else {
                let names = intervals.map { "'\($0.name)'" }.joined(separator: " or ")
                refuse(spot, "is no interval; a price is per \(names)")
                continue
            }
            guard let price = price(interval, spot, isFree: isFree) else { continue }
            pricesRead.append((price, spot))
            found.append(price)
        }
        return intervals.compactMap { interval in found.first { $0.interval == interval } }
    }

    private mutating func price(
        _ interval: PriceInterval, _ spot: Spot, isFree: Bool
    ) -> PlanPrice? {
        guard !spot.isNull,
            let fields = fields(
                of: spot, PriceField.allCases,
                "an object such as {\"amount\":\"49.00\",\"currency\":\"usd\"}")
        else { return nil }
        let amountSpot = required(.amount, fields, of: spot, "write it such as \"49.00\"")
        let amount = price(amountSpot)
        let currencySpot = required(.currency, fields, of: spot, "write it such as \"usd\"")
        let currency = text(currencySpot, "three small letters, such as \"usd\"") { text in
            text.utf8.count == 3 && text.utf8.allSatisfy { (97...122).contains($0) }
        }
        let variable = text(
            fields[.priceVariable],
            "the name of an environment variable that holds the provider's price id"
                + " (\(Names.variableRule))",
            where: Names.isVariable)
        let lookupKey = text(fields[.lookupKey], bytesMax: Limits.lookupKeyBytesMax)
        guard let amount, let currency else { return nil }
        if isFree, amount > Price(nanos: 0), let amountSpot {
            refuse(amountSpot, "plan 'free' costs nothing, since tenants begin on it unasked")
        }
        return PlanPrice(
            interval: interval, amount: amount, currency: currency, environmentName: variable,
            lookupKey: lookupKey)
    }
}
