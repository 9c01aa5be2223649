import Core
import Plans

extension World {
    /// Plans that use everything that plans have, so small that each step is near a limit. With
    /// another `size` they are others.
    static func drafts(_ size: Int64) -> [PlanDraft] {
        [("free", free(size)), ("pro", pro(size)), ("max", max(size))].map {
            PlanDraft(id: $0.0, terms: $0.1)
        }
    }

    private static let tokens = Metric(name: "tokens")
    private static let seats = Metric(name: "seats")
    private static let craft = ["c": "craft"]

    private static func free(_ size: Int64) -> PlanTerms {
        var free = PlanTerms(
            name: "Free", rank: 0, jobLimit: .units(1 + size), heldMax: 5, waitingMax: 50)
        free.runningMax = 2
        free.others = [
            MetricTerms(metric: .computeSeconds, limit: .units(60_000 * size)),
            MetricTerms(metric: seats, type: .gauge, limit: .units(2)),
            MetricTerms(metric: tokens, limit: .units(10 * size)),
        ]
        free.costs = ["b": 2]
        free.featuresOfKinds = craft
        return free
    }

    private static func pro(_ size: Int64) -> PlanTerms {
        var pro = PlanTerms(
            name: "Pro", rank: 1,
            jobs: MetricTerms(
                metric: .jobs, limit: .units(4 + size), overagePrice: Price(nanos: 1)))
        pro.weight = 2
        pro.heldMax = 6
        pro.waitingMax = 50
        pro.rate = StartRate(starts: 2, perMilliseconds: 1_000 * size, burst: 2)
        pro.others = [
            MetricTerms(
                metric: Metric(name: "calls"), limit: .units(5), cap: .soft,
                overagePrice: Price(nanos: 1)),
            MetricTerms(metric: seats, type: .gauge, limit: .units(5)),
            MetricTerms(metric: tokens, limit: .units(30), cap: .soft),
        ]
        pro.costs = ["a": 0, "b": size]
        pro.features = ["craft"]
        pro.featuresOfKinds = craft
        pro.period = .anchored
        return pro
    }

    /// At the end everything can run on this one.
    private static func max(_ size: Int64) -> PlanTerms {
        var max = PlanTerms(
            name: "Max", rank: 2, jobLimit: .unlimited, weight: 4, waitingMax: 10 + size)
        max.runningMax = 4
        max.features = ["craft"]
        max.featuresOfKinds = craft
        return max
    }
}
