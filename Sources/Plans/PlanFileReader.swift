import Core
import JSON

/// Reads a plan file: its plans one by one, then what must hold among them.
struct PlanFileReader {
    private var reader: PlanReader
    private var plans: [(id: String, terms: PlanTerms)] = []
    private var ids: [(id: String, spot: Spot)] = []
    private var ranks: [(rank: Int64, id: String?, spot: Spot)] = []

    /// Reads a document that was checked.
    init(_ document: JSONDocument) {
        reader = PlanReader(document)
    }

    /// The plans in the order of the file.
    mutating func read(
        environment: (String) -> String?
    ) throws(PlanFileError) -> [PlanDraft] {
        let what = "an object such as {\"plans\":[…]}"
        if let fields = reader.fields(of: reader.root, FileField.allCases, what) {
            readPlans(fields)
            let kinds = reader.kinds(fields[.kinds])
            checkFeatures(kinds)
            checkMetrics()
            checkPrices(environment)
            let features = Dictionary(uniqueKeysWithValues: kinds.map { ($0.kind, $0.feature) })
            for index in plans.indices { plans[index].terms.featuresOfKinds = features }
        }
        if let error = reader.faults.error { throw error }
        return plans.map { id, terms in
            var terms = terms
            terms.prices = terms.prices.map { $0.resolved(by: environment) }
            return PlanDraft(id: id, terms: terms)
        }
    }

    // MARK: Plans

    private mutating func readPlans(_ fields: [FileField: Spot]) {
        let hint = "write \"plans\":[…] with at least a plan 'free'"
        guard let list = reader.required(.plans, fields, of: reader.root, hint),
            let elements = reader.elements(list, "a list of plans", 1...Limits.plansMax)
        else { return }
        for element in elements { readPlan(element) }
        checkRanks()
        guard !ids.contains(where: { $0.id == "free" }), ids.count == elements.count else {
            return
        }
        reader.refuse(list, "has no plan 'free', which tenants begin on; add one")
    }

    private mutating func readPlan(_ spot: Spot) {
        let known = PlanField.allCases.filter { $0 != .kinds }
        guard let fields = reader.fields(of: spot, known, "an object, which is a plan") else {
            return
        }
        let idSpot = reader.required(.id, fields, of: spot, "write it such as \"pro\"")
        let id = reader.text(idSpot, Names.planRule, where: Names.isPlan)
        if let id, let idSpot {
            if let first = ids.first(where: { $0.id == id }) {
                reader.refuse(idSpot, "'\(id)' is at \(first.spot.path) too; an id names one plan")
            }
            ids.append((id, idSpot))
        }
        let terms = reader.terms(fields, of: spot, isFree: id == "free")
        if let rankSpot = fields[.rank], let rank = reader.document.integer(rankSpot.node),
            (0...Limits.planRankMax).contains(rank)
        {
            ranks.append((rank, id, rankSpot))
        }
        if let id, let terms { plans.append((id, terms)) }
    }

    /// Of two plans one is the greater, and none is less than the one that tenants begin on.
    private mutating func checkRanks() {
        var first: [Int64: Spot] = [:]
        for (rank, _, spot) in ranks {
            if let other = first[rank] {
                reader.refuse(spot, "\(rank) is at \(other.path) too; each plan has its own rank")
            } else {
                first[rank] = spot
            }
        }
        guard let free = ranks.first(where: { $0.id == "free" }) else { return }
        for (rank, id, spot) in ranks where rank < free.rank && id != "free" {
            reader.refuse(
                spot,
                "\(rank) is below the \(free.rank) of plan 'free'; tenants begin on the least plan")
        }
    }

    // MARK: What must agree

    private mutating func checkFeatures(
        _ kinds: [(kind: String, feature: String, spot: Spot)]
    ) {
        for (_, feature, spot) in kinds where !reader.featuresRead.contains(feature) {
            let meant = Spelling.closest(to: feature, among: reader.featuresRead.sorted())
            let hint =
                meant.map { "did you mean '\($0)'?" } ?? "put it into the features of a plan"
            reader.refuse(spot, "no plan has the feature '\(feature)'; \(hint)")
        }
    }

    private mutating func checkMetrics() {
        var first: [Metric: (type: MetricType, path: String)] = [:]
        for (terms, spot) in reader.metricsRead {
            guard let other = first[terms.metric] else {
                first[terms.metric] = (terms.type, spot.path)
                if first.count == Limits.metricsMax + 1 {
                    reader.refuse(
                        spot, "is one metric more than the \(Limits.metricsMax) that there may be")
                }
                continue
            }
            guard other.type != terms.type else { continue }
            reader.refuse(
                spot,
                "is a \(terms.type.name) here and a \(other.type.name) at \(other.path); write the"
                    + " same \"type\" in all plans (where there is none, it is a counter)")
        }
    }

    private mutating func checkPrices(_ environment: (String) -> String?) {
        var variables: [String: String] = [:]
        var keys: [[UInt8]: String] = [:]
        var providerPrices: [String: String] = [:]
        for (price, spot) in reader.pricesRead {
            if let key = price.lookupKey {
                if let other = keys.updateValue(spot.path, forKey: Array(key.utf8)) {
                    reader.refuse(
                        PriceField.lookupKey, of: spot,
                        "'\(key)' is at \(other) too; each price has its own")
                }
            }
            guard let name = price.environmentName else { continue }
            if let other = variables.updateValue(spot.path, forKey: name) {
                reader.refuse(
                    PriceField.priceVariable, of: spot,
                    "'\(name)' is at \(other) too; each price has its own")
                continue
            }
            guard let text = environment(name), !text.isEmpty else { continue }
            // What it holds may be another secret that was put there by mistake: it is not shown.
            guard PlanPrice.isProviderPrice(text) else {
                reader.refuse(
                    PriceField.priceVariable, of: spot,
                    "'\(name)' holds no price id: that has 1 to \(Limits.providerPriceBytesMax)"
                        + " letters, digits and signs, and no blanks")
                continue
            }
            if let other = providerPrices.updateValue(name, forKey: text) {
                reader.refuse(
                    PriceField.priceVariable, of: spot,
                    "'\(name)' holds the same price id as '\(other)'; each price has its own")
            }
        }
    }
}
