import Core
import HTTP
import Service
import Store
import Testing

@Suite struct UsageTests {
    private func view(
        _ accounts: [Account], period: Int64 = 202_611, alerts: [AlertView] = [],
        history: [PastUsage] = [], tenantSince: Timestamp? = nil
    ) -> Rows {
        let month = month(period)
        return .usage(
            UsageView(
                period: month, resetsAt: month.end, accounts: accounts, alerts: alerts,
                history: history, tenantSince: tenantSince ?? month.start))
    }

    private func view(used: Int64, limit: Limit, period: Int64 = 202_611) -> Rows {
        view(
            [
                Account(
                    terms: MetricTerms(metric: .jobs, limit: limit), base: limit,
                    usage: Usage(plan: used))
            ], period: period)
    }

    private func month(_ key: Int64) -> Period {
        guard let month = Period(key: key) else { preconditionFailure("no month: \(key)") }
        return month
    }

    @Test func `usage shows the period and the figures of jobs`() {
        let response = House().call(
            "GET", "/v1/tenants/acme/usage", .tenant, rows: view(used: 4, limit: .units(10)))
        // Noon of the sixteenth: 15.5 of 30 days have passed.
        #expect(
            response?.text
                == #"{"period":{"key":"2026-11","start":"2026-11-01T00:00:00.000Z","#
                + #""end":"2026-12-01T00:00:00.000Z"},"metrics":{"jobs":{"used":4,"limit":10,"#
                + #""remaining":6,"percent":40,"overage":0,"over_soft":0,"unenforced":0,"#
                + #""resets_at":"2026-12-01T00:00:00.000Z","projected":8}},"alerts":[],"history":[]}"#
        )
    }

    @Test func `without a limit there is no percentage and nothing remaining`() {
        let response = House().call(
            "GET", "/v1/billing/usage", .owner, rows: view(used: 4, limit: .unlimited))
        #expect(
            response?.text.contains(
                #""used":4,"limit":null,"remaining":null,"percent":null,"overage":0"#) == true)
    }

    @Test func `a limit of nothing has no percentage`() {
        let response = House().call(
            "GET", "/v1/billing/usage", .owner, rows: view(used: 0, limit: .units(0)))
        #expect(response?.text.contains(#""limit":0,"remaining":0,"percent":null"#) == true)
    }

    /// Noon of the sixteenth: fourteen and a half days are left.
    @Test(arguments: [(2 * 86_400_000, 33), (60_000, 1_392)] as [(Int64, Int)])
    func `the pace of a tenant begins with the tenant`(age: Int64, projected: Int) {
        let account = Account(
            terms: MetricTerms(metric: .jobs, limit: .unlimited), base: .unlimited,
            usage: Usage(plan: 4))
        let response = House().call(
            "GET", "/v1/billing/usage", .owner,
            rows: view([account], tenantSince: House.noon.adding(-age)))
        #expect(
            response?.text.contains(#""projected":\#(projected)}"#) == true,
            "\(response?.text ?? "")")
    }

    @Test func `a period that is over is projected as it was`() {
        let response = House().call(
            "GET", "/v1/billing/usage?period=2026-10", .owner,
            rows: view(used: 7, limit: .units(10), period: 202_610))
        #expect(response?.text.contains(#""projected":7"#) == true)
    }

    @Test func `a period that is over has no limit, which would be the one of now`() {
        let now = Samples.account(Usage(plan: 7), plan: "pro", catalog: Samples.catalog)
        let period = Period(containing: House.noon)
        let response = House().call(
            "GET", "/v1/billing/usage?period=2026-10", .owner,
            rows: .usage(
                UsageView(
                    period: period, resetsAt: period.end, accounts: [now], alerts: [],
                    history: [], isOver: true, tenantSince: period.start)))
        #expect(
            response?.text.contains(
                #""jobs":{"used":7,"overage":0,"over_soft":0,"unenforced":0,"resets_at":"#)
                == true, "\(response?.text ?? "")")
        for name in ["limit", "remaining", "percent", "projected"] {
            #expect(response?.text.contains("\"\(name)\"") == false)
        }
    }

    @Test func `the reader is asked for the named tenant and period`() throws {
        let house = House()
        house.send("GET", "/v1/tenants/bolt/usage?period=2026-10")
        house.send("GET", "/v1/billing/usage", .tenant)
        house.send("GET", "/v1/billing/usage", .admin, headers: ["Weir-Tenant": "bolt"])
        guard case .usage(tenant: "bolt", period: "2026-10") = house.queries[0].query,
            case .usage(tenant: "acme", period: nil) = house.queries[1].query,
            case .usage(tenant: "bolt", period: nil) = house.queries[2].query
        else { throw Unexpected() }
    }

    @Test(arguments: ["2026", "2026-13", "11-2026", "9999-12", "2026-02-30", ""])
    func `a period that is none is 422`(period: String) {
        let response = House().call("GET", "/v1/tenants/acme/usage?period=\(period)", .tenant)
        #expect(response?.status == 422)
        #expect(response?["detail"]?.contains("found '\(period)'") == true)
    }

    @Test func `an unknown tenant is 404 and named`() {
        let response = House().call(
            "GET", "/v1/tenants/bolt/usage", rows: .tenantUnknown("bolt"))
        #expect(response?.status == 404)
        #expect(response?["detail"]?.contains("'bolt'") == true)
    }

    @Test func `every metric has its figures, and a gauge no period and no projection`() {
        let catalog = Samples.catalog
        func account(_ usage: Usage, _ metric: Metric) -> Account {
            Samples.account(usage, plan: "pro", metric: metric, catalog: catalog)
        }
        let accounts = [
            Samples.account(
                Usage(plan: 100, overage: 4, unenforced: 2), plan: "pro", catalog: catalog
            ) { $0.payAsYouGo = true },
            account(Usage(plan: 1_800_001), .computeSeconds),
            account(Usage(plan: 9_000, overSoft: 500), Samples.tokens),
            account(Usage(plan: 4), Samples.seats),
        ]
        let response = House(catalog: catalog).call(
            "GET", "/v1/billing/usage", .tenant, rows: view(accounts))
        let reset = #""resets_at":"2026-12-01T00:00:00.000Z""#
        let figures = [
            #""jobs":{"used":104,"limit":100,"remaining":0,"percent":104,"overage":4,"#
                + #""over_soft":0,"unenforced":2,\#(reset),"projected":200}"#,
            // Used is rounded up and what remains down: together they are the limit.
            #""compute_seconds":{"used":1801,"limit":3600,"remaining":1799,"percent":50,"#
                + #""overage":0,"over_soft":0,"unenforced":0,\#(reset),"projected":3484}"#,
            #""llm_tokens":{"used":9500,"limit":9000,"remaining":0,"percent":105,"overage":0,"#
                + #""over_soft":500,"unenforced":0,\#(reset),"projected":18387}"#,
            #""seats":{"used":4,"limit":20,"remaining":16,"percent":20,"overage":0,"#
                + #""over_soft":0,"unenforced":0,"resets_at":null,"projected":null}"#,
        ]
        #expect(response?["metrics"] == "{" + figures.joined(separator: ",") + "}")
    }

    @Test func `a pace past a hard limit leads to the limit and no further`() {
        let hard = House().call(
            "GET", "/v1/billing/usage", .tenant,
            rows: view([Samples.account(Usage(plan: 8))]))
        let grant = Grant(
            id: GrantID(rawValue: 1), metric: .jobs, amount: 3, remaining: 3, source: "s",
            effectiveAt: House.noon, expiresAt: nil, priority: 0, createdAt: House.noon,
            state: .inForce)
        let granted = House().call(
            "GET", "/v1/billing/usage", .tenant,
            rows: view([Samples.account(Usage(plan: 8), grants: [grant])]))
        let soft = House(catalog: Samples.catalog).call(
            "GET", "/v1/billing/usage", .tenant,
            rows: view([
                Samples.account(
                    Usage(plan: 8_000), plan: "pro", metric: Samples.tokens,
                    catalog: Samples.catalog)
            ]))
        let reported = House(catalog: Samples.catalog).call(
            "GET", "/v1/billing/usage", .tenant,
            rows: view(
                [3_000_000, 3_700_000].map {
                    Samples.account(
                        Usage(plan: $0), plan: "pro", metric: .computeSeconds,
                        catalog: Samples.catalog)
                }))
        // Whoever reports goes past it as well, and wants to see it come.
        for projected in [5_807, 7_162] {
            #expect(
                reported?.text.contains(#""projected":\#(projected)}"#) == true,
                "\(reported?.text ?? "")")
        }
        #expect(hard?.text.contains(#""projected":10}"#) == true)
        #expect(granted?.text.contains(#""projected":13}"#) == true)
        #expect(soft?.text.contains(#""projected":15484}"#) == true)
    }

    private var rich: Rows {
        let catalog = Samples.catalog
        return view(
            [
                Samples.account(Usage(plan: 9), catalog: catalog),
                Samples.account(
                    Usage(plan: 900), metric: Samples.tokens, catalog: catalog),
            ],
            alerts: [
                AlertView(metric: .jobs, threshold: 80, at: House.noon),
                AlertView(metric: Samples.tokens, threshold: 80, at: House.noon),
            ],
            history: [
                PastUsage(
                    period: month(202_610), metric: .jobs,
                    usage: Usage(plan: 10, overage: 1, overSoft: 2, unenforced: 3)),
                PastUsage(
                    period: month(202_610), metric: Samples.tokens, usage: Usage(plan: 5)),
                PastUsage(period: month(202_609), metric: .jobs, usage: Usage(plan: 7)),
            ])
    }

    @Test func `alerts and the periods before are told, newest first`() {
        let response = House(catalog: Samples.catalog).call(
            "GET", "/v1/billing/usage", .tenant, rows: rich)
        let at = #""at":"2026-11-16T12:00:00.000Z""#
        #expect(
            response?["alerts"]
                == #"[{"metric":"jobs","threshold":80,\#(at)},"#
                + #"{"metric":"llm_tokens","threshold":80,\#(at)}]"#)
        #expect(
            response?["history"]
                == #"[{"period":{"key":"2026-10","start":"2026-10-01T00:00:00.000Z","#
                + #""end":"2026-11-01T00:00:00.000Z"},"metrics":{"#
                + #""jobs":{"used":13,"overage":1,"over_soft":2,"unenforced":3},"#
                + #""llm_tokens":{"used":5,"overage":0,"over_soft":0,"unenforced":0}}},"#
                + #"{"period":{"key":"2026-09","start":"2026-09-01T00:00:00.000Z","#
                + #""end":"2026-10-01T00:00:00.000Z"},"metrics":{"#
                + #""jobs":{"used":7,"overage":0,"over_soft":0,"unenforced":0}}}]"#)
    }

    @Test func `one metric has a report of its own`() throws {
        let house = House(catalog: Samples.catalog)
        let response = house.call("GET", "/v1/billing/usage/llm_tokens", .owner, rows: rich)
        #expect(response?["metrics"]?.hasPrefix(#"{"llm_tokens":{"used":900,"#) == true)
        #expect(response?.text.contains(#""jobs""#) == false)
        #expect(response?["history"]?.contains("2026-10") == true)
        #expect(response?["history"]?.contains("2026-09") == false)
    }

    @Test(arguments: ["seats", "JOBS", "a%20b"])
    func `a metric that no plan names is 404`(name: String) {
        let house = House()
        let response = house.call("GET", "/v1/billing/usage/\(name)", .tenant)
        #expect(response?.status == 404 && house.queries.isEmpty)
        #expect(response?["detail"]?.contains("The metrics are jobs.") == true)
    }

    @Test func `the quotas are the figures alone`() {
        let response = House(catalog: Samples.catalog).call(
            "GET", "/v1/billing/quotas", .tenant, rows: rich)
        #expect(response?["metrics"]?.contains("llm_tokens") == true)
        #expect(response?["alerts"] == nil && response?["history"] == nil)
    }

    @Test func `a period that the tenant never had is 404`() {
        let response = House().call(
            "GET", "/v1/tenants/acme/usage?period=2026-11-15", .tenant,
            rows: .periodUnknown("2026-11-15"))
        #expect(response?.status == 404)
        #expect(response?["detail"]?.contains("'2026-11-15'") == true)
    }
}
