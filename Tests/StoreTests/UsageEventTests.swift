import Core
import Store
import Testing

@Suite struct `Usage outside jobs` {
    private static let plans = [
        plan("free", rank: 0, limit: 5) {
            $0.others = [
                MetricTerms(metric: .tokens, limit: .units(10)),
                MetricTerms(metric: .calls, limit: .units(3), cap: .soft),
                MetricTerms(metric: .seats, type: .gauge, limit: .units(3)),
            ]
        }
    ]

    private func bench(_ kind: StoreKind) throws -> StoreBench {
        try StoreBench(kind, plans: Self.plans, tenants: ["acme": "free"])
    }

    @Test(arguments: StoreKind.all)
    func `counts once an id, in one call and in several`(kind: StoreKind) throws {
        let bench = try bench(kind)
        let events = [("a", Metric.tokens, Int64(2)), ("b", .tokens, 3), ("a", .tokens, 4)]
        #expect(try bench.use(events) == .unitsUsed([.counted, .counted, .duplicate]))
        #expect(try bench.account(.tokens).usage == Usage(plan: 5))
        #expect(try bench.use(events) == .unitsUsed([.duplicate, .duplicate, .duplicate]))
        try bench.restart()
        #expect(
            try bench.use([("b", .calls, 1), ("c", .calls, 1)])
                == .unitsUsed([.duplicate, .counted]))
        #expect(try bench.account(.tokens).usage == Usage(plan: 5))
        #expect(try bench.ledger().map(\.event) == ["c", "b", "a"])
        #expect(try bench.ledger().allSatisfy { $0.job == nil && $0.entry == .report })
    }

    @Test(arguments: StoreKind.all)
    func `counts after the fact whatever the limit, and closes the gate`(kind: StoreKind) throws {
        let bench = try bench(kind)
        _ = try bench.submit()
        #expect(try bench.use([("a", .tokens, 15)]) == .unitsUsed([.counted]))
        #expect(try bench.account(.tokens).usage == Usage(plan: 15))
        #expect(try bench.pull(count: 1).isEmpty)
    }

    @Test(arguments: StoreKind.all)
    func `is consumed whole or not at all`(kind: StoreKind) throws {
        let bench = try bench(kind)
        #expect(
            try bench.use([("a", .tokens, 4), ("b", .calls, 9)], mustFit: true)
                == .unitsUsed([.counted, .counted]))
        let before = try bench.ledger()
        let reply = try bench.use(
            [("c", .tokens, 4), ("d", .tokens, 3)], mustFit: true)
        guard case .amountExceeds(let refusal) = reply.refusal else {
            Issue.record("\(reply) should have been refused")
            return
        }
        #expect(refusal.metric == .tokens)
        #expect((refusal.used, refusal.limit, refusal.amount) == (4, 10, 7))
        #expect(try bench.ledger() == before)
        // Nothing of it was counted, so its ids are still free; what was counted takes no room.
        #expect(
            try bench.use(
                [("a", .tokens, 9), ("c", .tokens, 4), ("d", .tokens, 2)], mustFit: true)
                == .unitsUsed([.duplicate, .counted, .counted]))
        #expect(try bench.account(.tokens).usage == Usage(plan: 10))
        #expect(try bench.account(.calls).usage == Usage(plan: 3, overSoft: 6))
    }

    /// An amount of nothing is kept nowhere, so what has its id is looked at like any other.
    @Test(arguments: StoreKind.all)
    func `leaves its id to another if it comes to nothing`(kind: StoreKind) throws {
        let bench = try bench(kind)
        let reply = try bench.use([("a", .calls, 0), ("a", .tokens, 11)], mustFit: true)
        guard case .amountExceeds(let refusal) = reply.refusal else {
            Issue.record("\(reply) should have been refused")
            return
        }
        #expect((refusal.used, refusal.limit, refusal.amount) == (0, 10, 11))
        #expect(
            try bench.use(
                [("a", .calls, 0), ("a", .tokens, 4), ("a", .tokens, 9)], mustFit: true)
                == .unitsUsed([.counted, .counted, .duplicate]))
        #expect(try bench.account(.tokens).usage == Usage(plan: 4))
        #expect(
            try bench.use([("b", .calls, 0), ("b", .tokens, Limits.amountMax)]).refusal
                == .amountTooGreat("tokens", used: 4))
    }

    @Test(arguments: StoreKind.all)
    func `takes from grants what the plan has not left`(kind: StoreKind) throws {
        let bench = try bench(kind)
        try bench.grant(5, of: .tokens)
        #expect(try bench.use([("a", .tokens, 12)], mustFit: true) == .unitsUsed([.counted]))
        #expect(try bench.account(.tokens).usage == Usage(plan: 10, grant: 2))
        #expect(try bench.check(.tokens, 3) == nil)
        #expect(try bench.check(.tokens, 4)?.metric == .tokens)
        #expect(try bench.ledger().count == 2, "a check counts nothing")
    }

    @Test(arguments: StoreKind.all)
    func `is refused where a counter could no longer be exact`(kind: StoreKind) throws {
        let bench = try bench(kind)
        let most = Limits.amountMax
        #expect(try bench.use([("a", .calls, most - 1)]) == .unitsUsed([.counted]))
        #expect(
            try bench.use([("b", .calls, 2)]).refusal
                == .amountTooGreat("calls", used: most - 1))
        #expect(
            try bench.use([("b", .calls, 1), ("c", .calls, 1)]).refusal
                == .amountTooGreat("calls", used: most))
        #expect(try bench.use([("b", .calls, 1)]) == .unitsUsed([.counted]))
        #expect(try bench.account(.calls).usage.total == most)
        #expect(try bench.use([("c", .calls, 0)]) == .unitsUsed([.counted]))
        // A report cannot be refused, so it is cut.
        _ = try bench.submit()
        try bench.complete(bench.pullOne().token, used: [.calls: 7])
        #expect(try bench.account(.calls).usage.total == most)
    }

    @Test(arguments: StoreKind.all)
    func `of what is unknown, of a gauge or of nobody is refused, and nothing counts`(
        kind: StoreKind
    ) throws {
        let bench = try bench(kind)
        let reply = try bench.use([("a", .tokens, 1), ("b", Metric(name: "none"), 1)])
        guard case .metricUnknown("none", let known) = reply.refusal else {
            Issue.record("\(reply) should have been refused")
            return
        }
        #expect(known == "jobs, calls, seats, tokens")
        #expect(
            try bench.use([("a", .tokens, 1), ("b", .seats, 1)]).refusal
                == .metricIsGauge("seats"))
        #expect(try bench.ledger().isEmpty)
        try bench.apply(.setManual(tenant: "acme", .suspended))
        #expect(
            try bench.use([("a", .tokens, 1)], mustFit: true).refusal
                == .tenantSuspended("acme", [Hold(reason: .tenantSuspended, cause: .manual)]))
        #expect(try bench.use([("a", .tokens, 1)]) == .unitsUsed([.counted]))
    }

    @Test(arguments: StoreKind.all, [Int64?.none, 5])
    func `leaves jobs no more than the counter has room for`(
        kind: StoreKind, limit: Int64?
    ) throws {
        let plans = [plan("free", rank: 0, limit: limit, cap: .soft)]
        let bench = try StoreBench(kind, plans: plans, tenants: ["acme": "free"])
        let most = Limits.amountMax
        let jobs = try bench.submit(count: 4)
        #expect(try bench.use([("a", .jobs, most - 2)]) == .unitsUsed([.counted]))
        let leased = try bench.pull(count: 9)
        #expect(leased.map(\.job.id) == jobs[..<2].map(\.id))
        for leased in leased { try bench.complete(leased.token) }
        #expect(try bench.account().usage.total == most)
        #expect(try bench.job(jobs[2].id).hold?.reason == .quotaExhausted)
        try bench.restart()
        #expect(try bench.pull(count: 9).isEmpty)
        bench.advance(to: Period(containing: bench.now.wall).end)
        try bench.drain()
        #expect(try bench.pull(count: 9).map(\.job.id) == jobs[2...].map(\.id))
    }
}

@Suite struct `A gauge` {
    private static let plans = [
        plan("free", rank: 0, limit: 5) {
            $0.others = [
                MetricTerms(metric: .seats, type: .gauge, limit: .units(3)),
                MetricTerms(metric: .tokens, limit: .units(10)),
            ]
        },
        plan("pro", rank: 1, limit: 50) {
            $0.others = [
                MetricTerms(metric: .seats, type: .gauge, limit: .units(5), cap: .soft),
                MetricTerms(metric: .tokens, limit: .units(10)),
            ]
        },
    ]

    private func set(_ bench: StoreBench, _ value: Int64) throws -> Reply {
        try bench.tell(.setGauge(tenant: "acme", .seats, value: value))
    }

    @Test(arguments: StoreKind.all)
    func `has a value and no period`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, plans: Self.plans, tenants: ["acme": "free"])
        for value: Int64 in [2, 3, 3, 1] {
            #expect(try set(bench, value) == .gauge(.seats, value: value))
        }
        let rows = try Array(bench.ledger().reversed())
        #expect(rows.map(\.amount) == [2, 1, -2], "what is as it was needs no row")
        #expect(rows.allSatisfy { $0.entry == .adjust && $0.period == nil })
        bench.advance(to: Period(containing: bench.now.wall).end)
        try bench.drain()
        #expect(try bench.account(.seats).usage.total == 1)
    }

    @Test(arguments: StoreKind.all)
    func `may not rise over a hard limit, but fall above it`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, plans: Self.plans, tenants: ["acme": "pro"])
        #expect(try set(bench, 9) == .gauge(.seats, value: 9))
        try bench.update(plan: "free")
        guard case .amountExceeds(let refusal) = try set(bench, 10).refusal else {
            Issue.record("the gauge rose over its limit")
            return
        }
        #expect((refusal.used, refusal.limit, refusal.amount) == (9, 3, 1))
        #expect(try set(bench, 7) == .gauge(.seats, value: 7))
        #expect(try bench.check(.seats, 1)?.reason == .quotaExhausted)
        _ = try bench.submit()
        #expect(try bench.pull(count: 1).count == 1, "a gauge closes no gate")
    }

    @Test(arguments: StoreKind.all)
    func `is no counter, and a counter no gauge`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, plans: Self.plans, tenants: ["acme": "free"])
        #expect(
            try bench.tell(.setGauge(tenant: "acme", .tokens, value: 1)).refusal
                == .metricIsCounter("tokens"))
        let grant = AddGrant(tenant: "acme", metric: .seats, amount: 1, source: "s")
        #expect(try bench.tell(.addGrant(grant)).refusal == .metricIsGauge("seats"))
    }
}
