import Core
import JSON

/// A plan, all but its id.
extension PlanReader {
    /// The terms that a plan's fields make; nil where something is wrong, which is then noted.
    mutating func terms(
        _ fields: [PlanField: Spot], of spot: Spot, isFree: Bool
    ) -> PlanTerms? {
        let name = text(
            required(.name, fields, of: spot, "write what people call the plan"),
            bytesMax: Limits.planNameBytesMax)
        let rankHint = "write a whole number, the greater plan the greater one"
        let rank = integer(
            required(.rank, fields, of: spot, rankHint), 0...Limits.planRankMax)
        var limits: [MetricTerms] = []
        let hint =
            "each plan has at least \"limits\":{\"jobs\":{\"limit\":100}}, with null for no limit"
        if let spot = required(.limits, fields, of: spot, hint) {
            limits = metrics(spot, isFree: isFree)
        }
        let jobs = limits.first { $0.metric == .jobs }
        var terms = PlanTerms(
            name: name ?? "", rank: Int(rank ?? 0),
            jobs: jobs ?? MetricTerms(metric: .jobs, limit: .unlimited))
        terms.others = limits.filter { $0.metric != .jobs }
        terms.prices = prices(fields[.prices], isFree: isFree)
        terms.costs = costs(fields[.costs])
        terms.features = featureList(fields[.features])
        readBounds(fields, into: &terms)
        guard name != nil, rank != nil, jobs != nil else { return nil }
        return terms
    }

    private mutating func readBounds(_ fields: [PlanField: Spot], into terms: inout PlanTerms) {
        terms.heldMax = heldMax(fields[.maxHeld], jobs: terms.jobs.limit)
        terms.runningMax = integer(fields[.maxRunning], 1...Limits.planRunningMax).map { Int($0) }
        terms.rate = rate(fields[.rate])
        if let weight = integer(fields[.weight], 1...Limits.planWeightMax) {
            terms.weight = weight
        }
        if let waitingMax = integer(fields[.maxWaiting], 1...Limits.amountMax) {
            terms.waitingMax = waitingMax
        }
        if let bytes = integer(fields[.maxPayload], 1...Int64(Limits.payloadBytesPlanMax)) {
            terms.payloadBytesMax = Int(bytes)
        }
        if let days = integer(fields[.retentionDays], 1...Limits.retentionDaysMax) {
            terms.retentionDays = Int(days)
        }
        if let period = choice(fields[.period], among: PeriodMode.allCases, name: \.name) {
            terms.period = period
        }
    }

    /// Null only where there is no limit that waiting work could exceed.
    private mutating func heldMax(_ spot: Spot?, jobs: Limit) -> Int64? {
        guard let spot else { return jobs == .unlimited ? nil : Limits.heldMaxDefault }
        if spot.isNull, jobs != .unlimited {
            expected(
                "a whole number, since the plan has a limit of jobs; leave it out for"
                    + " \(Limits.heldMaxDefault)", found: spot)
        }
        return integer(spot, 0...Limits.amountMax)
    }

    private mutating func rate(_ spot: Spot?) -> StartRate? {
        guard let spot, !spot.isNull,
            let fields = fields(
                of: spot, RateField.allCases, "an object such as {\"starts\":100,\"per\":\"1m\"}")
        else { return nil }
        let starts = integer(
            required(.starts, fields, of: spot, "write how many jobs may start in that time"),
            1...Limits.rateStartsMax)
        let per = milliseconds(
            required(.per, fields, of: spot, "write in what time, such as \"1m\""),
            Limits.rateMillisecondsMin...Limits.rateMillisecondsMax)
        let burst = integer(fields[.burst], 1...Limits.rateStartsMax) ?? 1
        guard let starts, let per else { return nil }
        return StartRate(starts: starts, perMilliseconds: per, burst: burst)
    }

    private mutating func costs(_ spot: Spot?) -> [String: Int64] {
        var costs: [String: Int64] = [:]
        let entries = entries(
            of: spot, "an object of kinds, such as {\"video.render\":5}",
            countMax: Limits.planKindsMax)
        for (kind, spot) in entries where isKind(kind, spot) {
            guard !spot.isNull else {
                expected("a whole number", found: spot)
                continue
            }
            costs[kind] = integer(spot, 0...Limits.costMax)
        }
        return costs
    }

    private mutating func featureList(_ spot: Spot?) -> Set<String> {
        let elements = elements(
            spot, "a list of names, such as [\"video\"]", 0...Limits.planFeaturesMax)
        var found: Set<String> = []
        for element in elements ?? [] {
            guard let feature = feature(element) else { continue }
            guard found.insert(feature).inserted else {
                refuse(element, "'\(feature)' is there twice; give it once")
                continue
            }
            featuresRead.insert(feature)
        }
        return found
    }

    /// The feature that each kind needs.
    mutating func kinds(_ spot: Spot?) -> [(kind: String, feature: String, spot: Spot)] {
        let what = "an object such as {\"feature\":\"video\"}"
        let entries = entries(
            of: spot, "an object of kinds, such as {\"video.render\":{\"feature\":\"video\"}}",
            countMax: Limits.planKindsMax)
        var kinds: [(kind: String, feature: String, spot: Spot)] = []
        for (kind, spot) in entries where isKind(kind, spot) {
            guard let fields = fields(of: spot, KindField.allCases, what),
                let value = required(
                    .feature, fields, of: spot, "write the feature that the kind needs"),
                let feature = feature(value)
            else { continue }
            kinds.append((kind, feature, value))
        }
        return kinds
    }

    private mutating func feature(_ spot: Spot) -> String? {
        guard !spot.isNull else {
            expected("a feature's name", found: spot)
            return nil
        }
        return text(
            spot, "a feature's name (\(Names.kindOrQueueRule))", where: Names.isKindOrQueue)
    }

    private mutating func isKind(_ name: String, _ spot: Spot) -> Bool {
        if Names.isKindOrQueue(name) { return true }
        refuse(spot, "is no name of a kind; it has \(Names.kindOrQueueRule)")
        return false
    }
}
