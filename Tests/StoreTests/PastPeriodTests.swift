import Core
import Store
import Testing

@Suite struct `A period that is over` {
    private func time(_ text: String) -> Timestamp { Timestamp(rfc3339: "\(text)T00:00:00Z")! }

    private func view(_ bench: StoreBench, _ name: String) throws -> UsageView? {
        switch try bench.query(.usage(tenant: "acme", period: name)).rows {
        case .usage(let view): return view
        case .periodUnknown(name): return nil
        case let rows: throw Unexpected("\(rows)")
        }
    }

    @Test(arguments: StoreKind.all)
    func `is known if the tenant was there, used or not`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        bench.advance(to: time("2027-02-10"))
        try bench.drain()
        #expect(try view(bench, "2026-10") == nil, "it was before the tenant")
        #expect(try view(bench, "2027-03") == nil, "it is to come")
        #expect(try view(bench, "2026-11-16") == nil, "no period of the tenant began then")
        for name in ["2026-11", "2026-12", "2027-01"] {
            let view = try #require(try view(bench, name))
            #expect(view.isOver && view.accounts.map(\.usage) == [.none])
        }
        #expect(try view(bench, "2027-02")?.isOver == false)
    }

    @Test(arguments: StoreKind.all)
    func `of an anchor is known too`(kind: StoreKind) throws {
        let plans = [plan("free", rank: 0, limit: 2) { $0.period = .anchored }]
        let bench = try StoreBench(kind, plans: plans, tenants: ["acme": "free"])
        bench.advance(to: time("2027-01-20"))
        try bench.drain()
        #expect(try view(bench, "2026-12-16")?.isOver == true)
        #expect(try view(bench, "2026-11-16")?.isOver == true)
        #expect(try view(bench, "2027-01-16")?.isOver == false)
        for name in ["2026-10-16", "2026-12", "2026-12-15", "2027-02-16"] {
            #expect(try view(bench, name) == nil, "\(name)")
        }
    }

    @Test(arguments: StoreKind.all)
    func `has no values of gauges, which are those of now`(kind: StoreKind) throws {
        let plans = [
            plan("free", rank: 0, limit: 2) {
                $0.others = [MetricTerms(metric: .seats, type: .gauge, limit: .units(3))]
            }
        ]
        let bench = try StoreBench(kind, plans: plans, tenants: ["acme": "free"])
        try bench.apply(.setGauge(tenant: "acme", .seats, value: 3))
        bench.advance(to: time("2026-12-02"))
        try bench.drain()
        #expect(try view(bench, "2026-11")?.accounts.map(\.metric) == [.jobs])
        #expect(try view(bench, "2026-12")?.accounts.map(\.metric) == [.jobs, .seats])
    }

    @Test(arguments: [(4, 4), (3, 3), (2, 1), (1, 1), (0, 0)])
    func `is shown with all its counters or not at all`(most: Int, shown: Int) {
        let (november, october) = (time("2026-11-16"), time("2026-10-16"))
        let history = [(november, Metric.jobs), (october, .jobs), (october, .seats)].map {
            PastUsage(period: Period(containing: $0), metric: $1, usage: .none)
        }
        #expect(history.wholePeriods(atMost: most).count == min(shown, history.count))
        let one = Array(history.dropFirst())
        #expect(one.wholePeriods(atMost: 1).count == 1, "the only one is cut")
    }
}
