import Core
import Testing

@Suite struct `Questions to the gate` {
    private static let seats = Metric(name: "seats")

    /// Ten jobs, three seconds of computing and five seats; `gpu` is in pro alone.
    private static let catalog: PlanCatalog = {
        func plan(_ id: String, rank: Int, times: Int64, features: Set<String>) -> Plan {
            Sample.plan(id, rank: rank, .units(10 * times)) {
                $0.others = [
                    MetricTerms(metric: .computeSeconds, limit: .units(3_000 * times)),
                    MetricTerms(metric: seats, type: .gauge, limit: .units(5 * times)),
                ]
                $0.features = features
            }
        }
        return PlanCatalog([
            plan("free", rank: 0, times: 1, features: []),
            plan("pro", rank: 1, times: 10, features: ["gpu"]),
        ])
    }()

    private func visit(
        used: [Metric: Int64] = [:], manual: ManualStatus = .none,
        mode: Enforcement.Mode = .enforce
    ) -> Visit {
        Visit(
            facts: Sample.facts("free", manual: manual),
            usage: Usage(plan: used[.jobs] ?? 0), catalog: Self.catalog,
            enforcement: Enforcement(mode: mode, percent: 100), others: used)
    }

    private func hold(_ amount: Int64, of metric: Metric, _ visit: Visit) -> Hold? {
        Gate.limitHold(
            amount: amount, account: visit.account(of: metric), isGauge: metric == Self.seats,
            for: visit.tenant, catalog: visit.catalog)
    }

    @Test func `of jobs the answer is what the gate would say to such a job`() {
        for used: Int64 in [0, 9, 10, 11] {
            for amount: Int64 in [0, 1, 2, 11] {
                let visit = visit(used: [.jobs: used])
                #expect(hold(amount, of: .jobs, visit) == visit.hold(cost: amount))
            }
        }
        #expect(hold(1, of: .jobs, visit(manual: .paused))?.reason == .tenantPaused)
    }

    @Test func `what fits is allowed and what does not names the numbers`() throws {
        let visit = visit(used: [.computeSeconds: 1_500])
        #expect(hold(1_500, of: .computeSeconds, visit) == nil)
        let hold = try #require(self.hold(1_501, of: .computeSeconds, visit))
        #expect(hold.reason == .quotaExhausted)
        #expect(hold.metric == .computeSeconds)
        #expect(hold.used == 2)
        #expect(hold.limit == 3)
        #expect(hold.needed == nil)
        #expect(hold.resumesAt?.description == "2026-12-01T00:00:00.000Z")
        #expect(hold.upgradeTo == "pro")
    }

    @Test func `what can never fit is named in the units that answers show`() throws {
        let hold = try #require(self.hold(20_500, of: .computeSeconds, visit()))
        #expect(hold.needed == 21)
        #expect(hold.resumesAt == nil)
        #expect(hold.upgradeTo == "pro")
        #expect(self.hold(30_001, of: .computeSeconds, visit())?.upgradeTo == nil)
    }

    @Test func `a gauge has no period that would make room`() throws {
        let visit = visit(used: [Self.seats: 4])
        #expect(hold(1, of: Self.seats, visit) == nil)
        let hold = try #require(self.hold(2, of: Self.seats, visit))
        #expect(hold.reason == .quotaExhausted)
        #expect(hold.used == 4)
        #expect(hold.limit == 5)
        #expect(hold.resumesAt == nil)
        #expect(hold.upgradeTo == "pro")
    }

    @Test func `a suspended tenant is told so whether it fits or not`() {
        for amount: Int64 in [1, 3_001] {
            #expect(
                hold(amount, of: .computeSeconds, visit(manual: .suspended))
                    == Hold(reason: .tenantSuspended, cause: .manual))
        }
    }

    @Test func `a paused tenant may use what is no job`() {
        #expect(hold(3_000, of: .computeSeconds, visit(manual: .paused)) == nil)
    }

    @Test(arguments: [Enforcement.Mode.off, .observe])
    func `where limits are not enforced everything fits`(mode: Enforcement.Mode) {
        let visit = visit(mode: mode)
        #expect(hold(1_000_000, of: .computeSeconds, visit) == nil)
        #expect(hold(1_000_000, of: Self.seats, visit) == nil)
        #expect(hold(1_000_000, of: .jobs, visit) == nil)
        #expect(Gate.featureHold("gpu", terms: visit.terms, catalog: visit.catalog) == nil)
    }

    @Test func `a feature is held where the plan has it not`() {
        var visit = visit()
        var wanted = Hold(reason: .featureNotInPlan)
        wanted.feature = "gpu"
        wanted.upgradeTo = "pro"
        #expect(Gate.featureHold("gpu", terms: visit.terms, catalog: visit.catalog) == wanted)
        let unknown = Gate.featureHold("nosuch", terms: visit.terms, catalog: visit.catalog)
        #expect(unknown?.feature == "nosuch")
        #expect(unknown?.upgradeTo == nil)
        visit.facts = Sample.facts("pro")
        #expect(Gate.featureHold("gpu", terms: visit.terms, catalog: visit.catalog) == nil)
    }
}
