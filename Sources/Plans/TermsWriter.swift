import Core
import JSON

/// The parts of a plan that are written alike for the store and for answers. All members stand in
/// the order of their names.
enum TermsWriter {
    /// `limits`. What is empty is null in answers and absent in the store.
    static func limits(_ terms: PlanTerms, _ writer: inout JSONWriter, keepsNulls: Bool) {
        writer.key("limits")
        writer.beginObject()
        for metric in ([terms.jobs] + terms.others).sorted(by: { $0.metric < $1.metric }) {
            writer.key(metric.metric.name)
            writer.beginObject()
            writer.field("cap", metric.cap.name)
            writer.field("limit", metric.limit.units.map(metric.metric.shown))
            if keepsNulls || metric.overagePrice != nil {
                writer.field("overage_price", metric.overagePrice?.description)
            }
            writer.key("thresholds")
            writer.beginArray()
            for threshold in metric.thresholds { writer.integer(threshold) }
            writer.endArray()
            writer.field("type", metric.type.name)
            writer.endObject()
        }
        writer.endObject()
    }

    /// `prices` without what the payment provider calls them.
    static func openPrices(_ terms: PlanTerms, _ writer: inout JSONWriter) {
        prices(terms, &writer) { _, _ in }
    }

    /// `prices` with the provider's names for them, as far as there are any.
    static func prices(_ terms: PlanTerms, _ writer: inout JSONWriter, showsProvider: Bool) {
        prices(terms, &writer) { price, writer in
            if let key = price.lookupKey { writer.field("lookup_key", key) }
            if let name = price.environmentName { writer.field("price_env", name) }
            if showsProvider, price.environmentName != nil {
                writer.field("provider_price", price.providerPrice)
            }
        }
    }

    private static func prices(
        _ terms: PlanTerms, _ writer: inout JSONWriter,
        names: (PlanPrice, inout JSONWriter) -> Void
    ) {
        writer.key("prices")
        writer.beginObject()
        for interval in PriceInterval.allCases {
            guard let price = terms.prices.first(where: { $0.interval == interval }) else {
                continue
            }
            writer.key(interval.name)
            writer.beginObject()
            writer.field("amount", price.amount.description)
            writer.field("currency", price.currency)
            names(price, &writer)
            writer.endObject()
        }
        writer.endObject()
    }

    /// `costs`.
    static func costs(_ terms: PlanTerms, _ writer: inout JSONWriter) {
        writer.key("costs")
        writer.beginObject()
        for (kind, cost) in terms.costs.sorted(by: { $0.key < $1.key }) {
            writer.key(kind)
            writer.integer(cost)
        }
        writer.endObject()
    }

    /// `features`.
    static func features(_ terms: PlanTerms, _ writer: inout JSONWriter) {
        writer.key("features")
        writer.beginArray()
        for feature in terms.features.sorted() { writer.string(feature) }
        writer.endArray()
    }

    /// `kinds`.
    static func kinds(_ terms: PlanTerms, _ writer: inout JSONWriter) {
        writer.key("kinds")
        writer.beginObject()
        for (kind, feature) in terms.featuresOfKinds.sorted(by: { $0.key < $1.key }) {
            writer.key(kind)
            writer.beginObject()
            writer.field("feature", feature)
            writer.endObject()
        }
        writer.endObject()
    }

    /// `rate`.
    static func rate(_ rate: StartRate, _ writer: inout JSONWriter) {
        writer.key("rate")
        writer.beginObject()
        writer.field("burst", rate.burst)
        writer.field("per", DurationText.text(rate.perMilliseconds))
        writer.field("starts", rate.starts)
        writer.endObject()
    }
}
