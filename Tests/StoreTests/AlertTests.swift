import Core
import Store
import Testing

@Suite struct Alerts {
    @Test(arguments: StoreKind.all)
    func `fire for all that one charge crosses, in order and once`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.submit(count: 1) { $0.cost = 10 }
        try bench.pull(count: 1)
        #expect(try bench.thresholds() == [80, 95, 100])
        try bench.restart()
        try bench.drain()
        #expect(try bench.thresholds() == [80, 95, 100])
    }

    @Test(arguments: StoreKind.all)
    func `fire one by one as usage grows`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.submit(count: 10)
        var found: [[Int64]] = []
        for _ in 0..<10 {
            try bench.pull(count: 1)
            found.append(try bench.thresholds())
        }
        #expect(found[6] == [])
        #expect(found[7] == [80])
        #expect(found[8] == [80])
        #expect(found[9] == [80, 95, 100])
    }

    @Test(arguments: StoreKind.all)
    func `past the limit fire only where work goes on past it`(kind: StoreKind) throws {
        let plans = [
            plan("free", rank: 0, limit: 5, cap: .soft),
            plan("pro", rank: 1, limit: 5, isSold: true),
        ]
        let bench = try StoreBench(kind, plans: plans, tenants: ["acme": "free", "beta": "pro"])
        try bench.submit(count: 6)
        try bench.pull(count: 9)
        #expect(try bench.thresholds() == [80, 95, 100, 120])
        // Without overage nothing passes the limit by a charge; by what is told, it does.
        let use = UsageEvents(
            tenant: "beta", events: [UsageEvents.Event(id: "a", metric: .jobs, amount: 7)],
            mustFit: false)
        try bench.apply(.useUnits(use))
        #expect(try bench.usageView("beta").alerts.map(\.threshold) == [80, 95, 100])
    }

    @Test(arguments: StoreKind.all)
    func `past the limit fire with overage`(kind: StoreKind) throws {
        let plans = [plan("free", rank: 0, limit: 5, isSold: true)]
        let bench = try StoreBench(kind, plans: plans, tenants: ["acme": "free"])
        try bench.update { $0.payAsYouGo = true }
        try bench.submit(count: 6)
        try bench.pull(count: 9)
        #expect(try bench.thresholds() == [80, 95, 100, 120])
    }

    @Test(arguments: StoreKind.all)
    func `do not fire again after a refund`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.submit(count: 12)
        let leased = try bench.pull(count: 10)
        try bench.failToStart(leased[0].token)
        #expect(try bench.usage() == 9)
        #expect(try bench.pull(count: 1).count == 1)
        #expect(try bench.thresholds() == [80, 95, 100])
    }

    @Test(arguments: StoreKind.all)
    func `fire again for another base limit, and not for a grant`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.submit(count: 40)
        try bench.pull(count: 8)
        #expect(try bench.thresholds() == [80])
        try bench.grant(10)
        try bench.pull(count: 8)
        #expect(try bench.thresholds() == [80], "16 of 20 is the 80 that was told of")
        try bench.override(.units(20))
        // 20 and the rest of the grant, and what of it was used: 30.
        try bench.pull(count: 8)
        #expect(try bench.thresholds() == [80, 80])
    }

    @Test(arguments: StoreKind.all)
    func `fire anew in the next period`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.submit(count: 40)
        for leased in try bench.pull(count: 8) { try bench.complete(leased.token) }
        bench.advance(to: Period(containing: bench.now.wall).end)
        try bench.drain()
        #expect(try bench.thresholds() == [])
        try bench.pull(count: 8)
        #expect(try bench.thresholds() == [80])
    }

    @Test(arguments: StoreKind.all)
    func `do not fire for limits of none and of nothing`(kind: StoreKind) throws {
        let plans = [
            plan("free", rank: 0, limit: nil) {
                $0.others = [MetricTerms(metric: .tokens, limit: .units(0), cap: .soft)]
            }
        ]
        let bench = try StoreBench(kind, plans: plans, tenants: ["acme": "free"])
        _ = try bench.submit()
        try bench.complete(bench.pullOne().token, used: [.tokens: 50])
        #expect(try bench.usageView().alerts.isEmpty)
    }

    @Test(arguments: StoreKind.all)
    func `do not fire again for a limit that stayed, whatever else changed`(
        kind: StoreKind
    ) throws {
        let plans = [
            plan("free", rank: 0, limit: 10) {
                $0.others = [MetricTerms(metric: .tokens, limit: .units(100))]
            }
        ]
        let bench = try StoreBench(kind, plans: plans, tenants: ["acme": "free"])
        try bench.override(.units(10))
        try bench.submit(count: 20)
        for leased in try bench.pull(count: 7) { try bench.complete(leased.token) }
        /// One more starts, crosses 80 per cent, and is given back.
        func cross() throws { try bench.failToStart(bench.pullOne().token) }
        try cross()
        #expect(try bench.thresholds() == [80])
        try bench.override(.units(5), of: .tokens)
        try cross()
        try bench.override(.units(10))
        try cross()
        try bench.apply(.removeOverride(tenant: "acme", .jobs))
        try cross()
        try bench.apply(.removeOverride(tenant: "acme", .tokens))
        try bench.restart()
        try cross()
        #expect(try bench.thresholds() == [80])
        try bench.override(.units(9))
        try bench.override(.units(10))
        try cross()
        #expect(try bench.thresholds() == [80, 80])
    }
}
