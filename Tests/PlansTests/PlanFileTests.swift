import Core
import Plans
import Testing

@Suite struct `A plan file` {
    @Test func `the embedded file says what the standard catalog does`() throws {
        let drafts = try Sample.read(PlanFile.standard)
        let plans = PlanCatalog.standard.plans
        #expect(drafts.map(\.id) == plans.map(\.id))
        #expect(drafts.map(\.terms) == plans.map(\.terms))
    }

    @Test func `the demo's plans are the standard ones, sold at its own prices`() throws {
        let drafts = try Sample.read(PlanFile.demo, PlanFile.demoPrices)
        let prices = drafts.flatMap(\.terms.prices)
        #expect(Set(prices.compactMap(\.providerPrice)) == Set(PlanFile.demoPrices.values))
        #expect(prices.count == PlanFile.demoPrices.count)
        let unsold = drafts.map { draft in
            var terms = draft.terms
            terms.prices = []
            return terms
        }
        #expect(unsold == PlanCatalog.standard.plans.map(\.terms))
    }

    @Test func `the example is taken, and uses every field`() throws {
        let text = Checkout.text("fixtures/plans.json")
        let environment = ["WEIR_PRICE_PRO_MONTH": "price_123"]
        let drafts = try Sample.read(text, environment)
        #expect(drafts.map(\.id) == ["free", "pro", "enterprise"])
        let fields = [
            "id", "name", "rank", "prices", "limits", "costs", "features", "kinds", "max_running",
            "weight", "rate", "max_held", "max_waiting", "max_payload", "retention_days", "period",
            "limit", "cap", "type", "overage_price", "thresholds", "amount", "currency",
            "price_env", "lookup_key", "starts", "per", "burst", "feature",
        ]
        for field in fields { #expect(text.contains("\"\(field)\":"), "\(field)") }
    }

    @Test func `every field becomes a term`() throws {
        let text = Checkout.text("fixtures/plans.json")
        let drafts = try Sample.read(text, ["WEIR_PRICE_PRO_MONTH": "price_123"])
        let pro = try #require(drafts.first { $0.id == "pro" }).terms
        #expect(pro.name == "Pro" && pro.rank == 1)
        #expect(pro.prices.map(\.interval) == [.month, .year])
        #expect(pro.prices.map(\.amount) == [Price(nanos: 49 * nanos), Price(nanos: 490 * nanos)])
        #expect(pro.prices.map(\.currency) == ["usd", "usd"])
        #expect(pro.prices[0].environmentName == "WEIR_PRICE_PRO_MONTH")
        #expect(pro.prices.map(\.providerPrice) == ["price_123", nil])
        #expect(pro.prices.map(\.lookupKey) == ["pro_month", "pro_year"])
        #expect(
            pro.jobs
                == MetricTerms(
                    metric: .jobs, limit: .units(100), overagePrice: Price(nanos: 50_000_000)))
        #expect(
            pro.others == [
                MetricTerms(
                    metric: .computeSeconds, limit: .units(3_600_000),
                    overagePrice: Price(nanos: 100_000)),
                MetricTerms(
                    metric: Metric(name: "llm_tokens"), limit: .units(200_000), cap: .soft,
                    overagePrice: Price(nanos: 2_000)),
                MetricTerms(
                    metric: Metric(name: "storage_bytes"), type: .gauge,
                    limit: .units(50_000_000), cap: .soft),
            ])
        #expect(pro.costs == ["video.render": 5, "ping": 0])
        #expect(pro.features == ["video"])
        #expect(pro.featuresOfKinds == ["video.render": "video", "video.cut": "video"])
        #expect(pro.runningMax == 10 && pro.weight == 2)
        #expect(pro.rate == StartRate(starts: 100, perMilliseconds: 60_000, burst: 20))
        #expect(pro.heldMax == 1_000 && pro.waitingMax == 1_000_000)
        #expect(pro.payloadBytesMax == 262_144 && pro.retentionDays == 30)
        #expect(pro.period == .anchored)
    }

    private let nanos: Int64 = 1_000_000_000

    @Test func `what a file leaves out has its default`() throws {
        let drafts = try Sample.read(Sample.file([Sample.pro()]))
        var expected = PlanTerms(
            name: "Pro", rank: 1, jobs: MetricTerms(metric: .jobs, limit: .units(10)))
        expected.heldMax = 100
        #expect(drafts[1].terms == expected)
        #expect(drafts[1].terms.jobs.thresholds == [80, 95, 100, 120])
    }

    @Test func `null is as good as absent`() throws {
        let fields = [
            "prices", "costs", "features", "max_running", "weight", "rate", "max_waiting",
            "max_payload", "retention_days", "period",
        ]
        let text = Sample.file(
            [Sample.pro(fields.map { ($0, "null") })], more: ",\"kinds\":null")
        let plain = try Sample.read(Sample.file([Sample.pro()]))
        #expect(try Sample.read(text) == plain)
    }

    @Test func `unlimited jobs need no bound of what is held, and may have one`() throws {
        let jobs = ("limits", "{\"jobs\":{\"limit\":null}}" as String?)
        for (held, expected) in [(nil, nil), ("null", nil), ("7", 7)] as [(String?, Int64?)] {
            let text = Sample.file([Sample.pro([jobs, ("max_held", held)])])
            #expect(try Sample.read(text)[1].terms.heldMax == expected)
        }
    }

    @Test func `a rate has no burst unless it says so, and takes seconds as a number`() throws {
        let text = Sample.file([Sample.pro([("rate", "{\"starts\":5,\"per\":90}")])])
        let rate = StartRate(starts: 5, perMilliseconds: 90_000, burst: 1)
        #expect(try Sample.read(text)[1].terms.rate == rate)
    }

    @Test func `a variable that is unset or empty gives no price id`() throws {
        let price = "{\"month\":{\"amount\":\"1\",\"currency\":\"usd\",\"price_env\":\"P\"}}"
        let text = Sample.file([Sample.pro([("prices", price)])])
        for environment in [[:], ["P": ""]] {
            let drafts = try Sample.read(text, environment)
            #expect(drafts[1].terms.prices.map(\.providerPrice) == [nil])
        }
    }

    @Test func `the greatest values that may be are taken`() throws {
        let text = Sample.file([
            Sample.pro([
                ("rank", "1000000"), ("weight", "1000"), ("max_running", "1000000"),
                ("max_held", "9007199254740991"), ("max_waiting", "9007199254740991"),
                ("max_payload", "1048576"), ("retention_days", "3650"),
                ("rate", "{\"starts\":1000000,\"per\":\"1d\",\"burst\":1000000}"),
                ("costs", "{\"k\":1000000}"),
                (
                    "limits",
                    """
                    {"jobs":{"limit":9007199254740991,"overage_price":"999999.999999999",
                    "thresholds":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,1000]},
                    "compute_seconds":{"limit":9007199254740}}
                    """
                ),
            ])
        ])
        let terms = try Sample.read(text)[1].terms
        #expect(terms.others.map(\.limit) == [.units(9_007_199_254_740_000)])
        #expect(terms.rank == 1_000_000)
    }

    @Test func `a hundred plans and sixty-four metrics are taken`() throws {
        let others = (1...99).map {
            Sample.pro([("id", "\"p\($0)\""), ("rank", "\($0)")])
        }
        #expect(try Sample.read(Sample.file(others)).count == 100)
        #expect(Sample.faults(Sample.file([Sample.pro([("limits", metrics(63))])])) == [])
    }

    /// Jobs and so many other metrics.
    private func metrics(_ count: Int) -> String {
        let others = (0..<count).map { ",\"m\($0)\":{\"limit\":1}" }
        return "{\"jobs\":{\"limit\":1}" + others.joined() + "}"
    }

    @Test func `metrics are counted over all plans`() {
        let text = Sample.file([
            Sample.pro([("limits", metrics(63))]),
            Sample.pro([
                ("id", "\"max\""), ("rank", "2"),
                ("limits", "{\"jobs\":{\"limit\":1},\"other\":{\"limit\":1}}"),
            ]),
        ])
        #expect(
            Sample.faults(text) == [
                "plans[2].limits.other: is one metric more than the 64 that there may be"
            ])
        #expect(
            Sample.faults(Sample.file([Sample.pro([("limits", metrics(64))])])) == [
                "plans[1].limits: expected at most 64 members, found 65"
            ])
    }
}
