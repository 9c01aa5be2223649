import Core
import JSON

/// What a plan says of its metrics.
extension PlanReader {
    /// The terms of every metric that `limits` names, in the order of their names. `jobs` has to be
    /// among them.
    mutating func metrics(_ spot: Spot, isFree: Bool) -> [MetricTerms] {
        let entries = entries(
            of: spot, "an object of metrics, such as {\"jobs\":{\"limit\":100}}",
            countMax: Limits.metricsMax)
        if spot.node.kind == .object, document.member(spot.node, "jobs") == nil {
            refuse(
                spot,
                "names no limit of jobs; each plan has one, such as \"jobs\":{\"limit\":100}, with"
                    + " null for no limit")
        }
        var found: [MetricTerms] = []
        for (name, spot) in entries {
            guard Names.isMetric(name) else {
                refuse(spot, "is no name of a metric; it has \(Names.metricRule)")
                continue
            }
            guard let terms = metric(Metric(name: name), spot, isFree: isFree) else { continue }
            metricsRead.append((terms, spot))
            found.append(terms)
        }
        return found.sorted { $0.metric < $1.metric }
    }

    private mutating func metric(
        _ metric: Metric, _ spot: Spot, isFree: Bool
    ) -> MetricTerms? {
        guard
            let fields = fields(
                of: spot, LimitField.allCases, "an object such as {\"limit\":100}")
        else { return nil }
        let limit = limit(fields, of: spot, metric)
        let cap = choice(fields[.cap], among: Cap.allCases, name: \.name) ?? .hard
        var type =
            choice(fields[.type], among: MetricType.allCases, name: \.name) ?? .counter
        let price = price(fields[.overagePrice])
        let thresholds = thresholds(fields[.thresholds]) ?? MetricTerms.standardThresholds
        if type == .gauge, metric == .jobs || metric == .computeSeconds {
            refuse(
                .type, of: fields, in: spot, "'\(metric.name)' is always a counter; leave it out")
            type = .counter
        }
        if price != nil {
            refuseOverage(fields, of: spot, type, limit, isFree: isFree)
        }
        guard let limit else { return nil }
        return MetricTerms(
            metric: metric, type: type, limit: limit, cap: cap, overagePrice: price,
            thresholds: thresholds)
    }

    /// The limit in counted units. It has to be there: a forgotten one must not read as none.
    private mutating func limit(
        _ fields: [LimitField: Spot], of spot: Spot, _ metric: Metric
    ) -> Limit? {
        guard let value = fields[.limit] else {
            refuse(.limit, of: fields, in: spot, "is missing; give a number, or null for no limit")
            return nil
        }
        guard !value.isNull else { return .unlimited }
        let most = Limits.amountMax / metric.unitsPerShown
        return integer(value, 0...most, ", or null for no limit")
            .map { .units($0 * metric.unitsPerShown) }
    }

    /// Overage is what was used past a limit, summed over a period.
    private mutating func refuseOverage(
        _ fields: [LimitField: Spot], of spot: Spot, _ type: MetricType, _ limit: Limit?,
        isFree: Bool
    ) {
        func refuse(_ message: String) {
            self.refuse(.overagePrice, of: fields, in: spot, message + "; leave it out")
        }
        if isFree {
            refuse("plan 'free' sells no overage, since tenants begin on it unasked")
        } else if type == .gauge {
            refuse("a gauge has a value and no sum that could be billed")
        } else if limit == .unlimited {
            refuse("nothing is ever past a limit of null")
        }
    }

    private mutating func thresholds(_ spot: Spot?) -> [Int64]? {
        guard
            let elements = elements(
                spot, "a list of percentages, such as [80,100]", 0...Limits.thresholdsMax)
        else { return nil }
        var thresholds: [Int64] = []
        for element in elements {
            guard !element.isNull else {
                expected("a percentage", found: element)
                return nil
            }
            guard let value = integer(element, 1...Limits.thresholdPercentMax) else { return nil }
            guard value > thresholds.last ?? 0 else {
                refuse(
                    element, "\(value) does not follow \(thresholds.last ?? 0); least come first")
                return nil
            }
            thresholds.append(value)
        }
        return thresholds
    }

    private mutating func refuse(
        _ field: LimitField, of fields: [LimitField: Spot], in spot: Spot, _ message: String
    ) {
        guard let value = fields[field] else { return refuse(field, of: spot, message) }
        refuse(value, message)
    }
}
