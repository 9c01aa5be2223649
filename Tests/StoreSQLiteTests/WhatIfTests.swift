import Core
import Plans
import Store
import Testing

/// What a period would have come to under another plan, from the rows of a file.
@Suite struct `A what-if` {
    private func bench(_ limit: Int64) throws -> FileBench {
        var terms = PlanTerms(name: "free", rank: 0, jobLimit: .units(100), heldMax: 10)
        terms.others = [
            MetricTerms(
                metric: .computeSeconds, limit: .units(limit), overagePrice: Price(nanos: 1))
        ]
        let bench = try FileBench(plans: [PlanDraft(id: "free", terms: terms)])
        try bench.run(
            .createTenant(CreateTenant(id: "acme")),
            .useUnits(
                UsageEvents(
                    tenant: "acme",
                    events: [UsageEvents.Event(id: "a", metric: .computeSeconds, amount: 9_000)],
                    mustFit: false)))
        return bench
    }

    private func view(_ bench: FileBench, overage: Int64?) throws -> WhatIfView {
        let free = try #require(bench.engine.catalog.plan("free"))
        let question = WhatIf(tenant: "acme", plan: free, period: nil, overageMax: overage)
        guard case .whatIf(let views) = try bench.query(.whatIf(question)) else {
            throw StoreError(.misuse, "no report")
        }
        return try #require(views.first { $0.metric == .computeSeconds })
    }

    @Test(
        arguments: [
            (0, 0, 4_000), (3, 3_000, 1_000), (7, 4_000, 0), (Limits.amountMax, 4_000, 0),
            (.max, 4_000, 0),
        ] as [(Int64, Int64, Int64)])
    func `takes overage in the units that it shows`(
        agreed: Int64, overage: Int64, held: Int64
    ) throws {
        let view = try view(bench(5_000), overage: agreed)
        #expect((view.used, view.admitted) == (9_000, 5_000))
        #expect((view.overage, view.held) == (overage, held))
    }

    @Test(arguments: [(.units(8_000), 8_000), (.unlimited, 9_000)] as [(Limit, Int64)])
    func `holds the tenant to its override`(limit: Limit, admitted: Int64) throws {
        let bench = try bench(5_000)
        #expect(try view(bench, overage: nil).limit == .units(5_000))
        try bench.run(
            .putOverride(
                PutOverride(tenant: "acme", metric: .computeSeconds, limit: limit, until: nil)))
        let view = try view(bench, overage: nil)
        #expect(view.limit == limit)
        #expect((view.admitted, view.held) == (admitted, 9_000 - admitted))
    }
}
