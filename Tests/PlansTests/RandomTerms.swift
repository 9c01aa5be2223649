import Core

/// Terms that a file could have, drawn from a seed.
struct RandomTerms {
    private var random: Random

    init(seed: UInt64) {
        random = Random(seed: seed)
    }

    mutating func next() -> PlanTerms {
        var terms = PlanTerms(
            name: text(), rank: Int(number(0...1_000_000)), jobs: metric(.jobs, hasGauge: false))
        terms.others = names(max: 5, among: ["llm_tokens", "compute_seconds", "a", "z_9", "b"])
            .sorted().map { metric(Metric(name: $0), hasGauge: $0 != "compute_seconds") }
        for kind in names(max: 4, among: kinds) { terms.costs[kind] = number(0...1_000_000) }
        terms.features = Set(names(max: 4, among: kinds))
        for kind in names(max: 4, among: kinds) {
            terms.featuresOfKinds[kind] = kinds.randomElement(using: &random)
        }
        terms.weight = number(1...1_000)
        let isUnlimited = terms.jobs.limit == .unlimited
        terms.heldMax = isUnlimited && flip() ? nil : number(0...Limits.amountMax)
        terms.waitingMax = number(1...Limits.amountMax)
        terms.runningMax = flip() ? nil : Int(number(1...1_000_000))
        terms.rate = flip() ? nil : rate()
        terms.payloadBytesMax = Int(number(1...1_048_576))
        terms.retentionDays = Int(number(1...3_650))
        terms.period = flip() ? .calendar : .anchored
        terms.prices = PriceInterval.allCases.filter { _ in flip() }.map { price($0) }
        return terms
    }

    /// What the variables of all terms hold.
    static func environment(_ name: String) -> String? {
        name.hasSuffix("0") ? nil : "price_\(name)"
    }

    private let kinds = ["video.render", "ping", "A-1", "a_b", "0", "video"]

    private mutating func flip() -> Bool { Bool.random(using: &random) }

    /// A number of the range: as often its ends, or near nothing, as anywhere.
    private mutating func number(_ range: ClosedRange<Int64>) -> Int64 {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: range.lowerBound
        case 1: range.upperBound
        case 2:
            Int64.random(
                in: range.lowerBound...min(range.lowerBound + 9, range.upperBound), using: &random)
        default: Int64.random(in: range, using: &random)
        }
    }

    private mutating func names(max: Int, among names: [String]) -> [String] {
        Array(names.shuffled(using: &random).prefix(Int.random(in: 0...max, using: &random)))
    }

    private mutating func text() -> String {
        let letters = Array("ab \"\\/é😀e\u{301}{}:,'\u{2028}")
        let count = Int.random(in: 1...12, using: &random)
        return String((0..<count).map { _ in letters.randomElement(using: &random) ?? "x" })
    }

    private mutating func money() -> Price { Price(nanos: number(0...999_999_999_999_999)) }

    private mutating func metric(_ metric: Metric, hasGauge: Bool) -> MetricTerms {
        let most = Limits.amountMax / metric.unitsPerShown
        let limit: Limit = flip() ? .unlimited : .units(number(0...most) * metric.unitsPerShown)
        let type: MetricType = hasGauge && flip() ? .gauge : .counter
        let sells = limit != .unlimited && type == .counter && flip()
        let percents = (0..<Int.random(in: 0...20, using: &random)).map { _ in number(1...1_000) }
        return MetricTerms(
            metric: metric, type: type, limit: limit, cap: flip() ? .hard : .soft,
            overagePrice: sells ? money() : nil, thresholds: Set(percents).sorted())
    }

    private mutating func rate() -> StartRate {
        StartRate(
            starts: number(1...1_000_000), perMilliseconds: number(1_000...86_400_000),
            burst: number(1...1_000_000))
    }

    private mutating func price(_ interval: PriceInterval) -> PlanPrice {
        let name = flip() ? "PRICE_\(number(0...20))" : nil
        return PlanPrice(
            interval: interval, amount: money(), currency: flip() ? "usd" : "eur",
            environmentName: name, providerPrice: name.flatMap(RandomTerms.environment),
            lookupKey: flip() ? text() : nil)
    }
}
