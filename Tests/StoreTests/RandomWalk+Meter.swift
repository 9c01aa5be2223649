import Core
import Plans
import Store

/// What a walk does about plans, limits and usage.
extension RandomWalk {
    private static let metrics = ["jobs", "tokens", "compute_seconds", "seats", "calls", "none"]

    /// Plans that use everything that plans have, so small that each step is near a limit. With
    /// another `size` they are others.
    static func richPlans(_ size: Int64) -> [PlanDraft] {
        var free = PlanTerms(
            name: "Free", rank: 0, jobs: MetricTerms(metric: .jobs, limit: .units(2 + size)))
        free.heldMax = 6
        free.waitingMax = 50
        free.runningMax = 2
        free.others = [
            MetricTerms(metric: .computeSeconds, limit: .units(40_000 * size)),
            MetricTerms(metric: Metric(name: "seats"), type: .gauge, limit: .units(2)),
            MetricTerms(metric: Metric(name: "tokens"), limit: .units(10 * size)),
        ]
        free.costs = ["b": 2]
        free.featuresOfKinds = ["c": "craft"]
        var pro = PlanTerms(
            name: "Pro", rank: 1,
            jobs: MetricTerms(
                metric: .jobs, limit: .units(6 + size), overagePrice: Price(nanos: 1)))
        pro.weight = 2
        pro.heldMax = 8
        pro.waitingMax = 50
        pro.rate = StartRate(starts: 2, perMilliseconds: 1_000 * size, burst: 2)
        pro.others = [
            MetricTerms(
                metric: Metric(name: "calls"), limit: .units(5), cap: .soft,
                overagePrice: Price(nanos: 1)),
            MetricTerms(metric: Metric(name: "seats"), type: .gauge, limit: .units(5)),
            MetricTerms(metric: Metric(name: "tokens"), limit: .units(30), cap: .soft),
        ]
        pro.costs = ["a": 0, "b": 3 * size]
        pro.features = ["craft"]
        pro.featuresOfKinds = ["c": "craft"]
        pro.period = .anchored
        var max = PlanTerms(
            name: "Max", rank: 2, jobs: MetricTerms(metric: .jobs, limit: .unlimited))
        max.weight = 4
        max.waitingMax = 12
        max.runningMax = 4
        max.features = ["craft"]
        max.others = [MetricTerms(metric: Metric(name: "tokens"), limit: .units(60))]
        return [("free", free), ("pro", pro), ("max", max)].map {
            PlanDraft(id: $0.0, terms: $0.1)
        }
    }

    mutating func meterCommand(_ bench: LockStep) -> Envelope {
        switch roll(14) {
        case 0:
            return bench.envelope(
                .putOverride(
                    PutOverride(
                        tenant: tenant(), metric: metric(),
                        limit: chance(3) ? .unlimited : .units(Int64(roll(8))),
                        until: chance(2) ? time(bench, -1_000, 90_000) : nil)))
        case 1: return bench.envelope(.removeOverride(tenant: tenant(), metric()))
        case 2, 3:
            return bench.envelope(
                .addGrant(
                    AddGrant(
                        tenant: tenant(), metric: metric(), amount: Int64(1 + roll(5)),
                        source: "s\(roll(12))",
                        effectiveAt: chance(3) ? time(bench, -1_000, 60_000) : nil,
                        expiresAt: chance(2) ? time(bench, -1_000, 120_000) : nil,
                        priority: Int64(roll(3)))))
        case 4:
            guard let grant = grants.randomElement(using: &random) else { fallthrough }
            return bench.envelope(.revokeGrant(grant, tenant: tenant()))
        case 5:
            return bench.envelope(
                .setEnforcement(
                    Enforcement(
                        mode: chance(2) ? .enforce : Enforcement.Mode.allCases[roll(3)],
                        percent: chance(2) ? 100 : Int64(roll(101)))))
        case 6, 7: return bench.envelope(.useUnits(usage()))
        case 8:
            return bench.envelope(
                .setGauge(tenant: tenant(), metric(), value: Int64(roll(8))))
        case 9:
            return bench.envelope(
                .checkLimit(tenant: tenant(), metric(), amount: Int64(roll(9))))
        case 10: return bench.envelope(.checkFeature(tenant: tenant(), "craft"))
        case 11: return bench.envelope(.explain(job(), tenant: chance(2) ? nil : tenant()))
        case 12:
            let drafts =
                plans.count == 3 && plans[0].terms.others.isEmpty
                ? plans : Self.richPlans(Int64(1 + roll(3)))
            return bench.envelope(.loadPlans(chance(6) ? Array(drafts.dropLast()) : drafts))
        default:
            return bench.envelope(
                .movePlan(
                    ["free", "pro", "max"][roll(3)], from: Int64(1 + roll(3)),
                    to: Int64(1 + roll(3))))
        }
    }

    mutating func choices() -> TenantChoices {
        var choices = TenantChoices()
        if chance(3) { choices.onQuota = chance(2) ? .hold : .reject }
        if chance(2) { choices.payAsYouGo = chance(2) }
        if chance(3) { choices.spendCaps = [metric(): Int64(roll(6))] }
        if chance(3) { choices.period = chance(2) ? .calendar : .anchored }
        return choices
    }

    mutating func report() -> AttemptReport {
        var report = AttemptReport()
        if chance(2) {
            report.usage = [
                AttemptReport.Amount(metric: Metric(name: "tokens"), amount: Int64(roll(9)))
            ]
        }
        if chance(4) {
            report.usage.append(
                AttemptReport.Amount(metric: Metric(name: "calls"), amount: Int64(roll(4))))
        }
        if chance(2) { report.ranMilliseconds = Int64(roll(20_000)) }
        return report
    }

    private mutating func usage() -> UsageEvents {
        let events = (0...roll(3)).map { _ in
            UsageEvents.Event(
                id: "e\(roll(40))",
                metric: chance(12) ? metric() : Metric(name: chance(2) ? "tokens" : "calls"),
                amount: chance(30) ? Limits.amountMax : Int64(roll(6)))
        }
        return UsageEvents(tenant: tenant(), events: events, mustFit: chance(2))
    }

    mutating func metric() -> Metric {
        Metric(name: chance(2) ? "jobs" : Self.metrics[roll(Self.metrics.count)])
    }

    private mutating func time(_ bench: LockStep, _ from: Int64, _ to: Int64) -> Timestamp {
        bench.now.wall.adding(from + Int64(roll(Int(to - from))))
    }
}
