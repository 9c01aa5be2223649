import Core
import Testing

@Suite struct `The price book` {
    private typealias Sample = SubscriptionSample

    private func item(_ price: PriceReference) -> SubscriptionItem {
        SubscriptionItem(price: price)
    }

    @Test func `a price is known by id, by lookup key, by metadata, or by its product`() {
        let book = PriceBook(Sample.catalog, products: ["prod_9": "starter"])
        let references: [(PriceReference, String, PriceInterval?)] = [
            (PriceReference(priceID: "price_pro_year"), "pro", .year),
            (
                PriceReference(priceID: "price_x", lookupKey: "enterprise_month"), "enterprise",
                .month
            ),
            (PriceReference(priceID: "x", planName: "starter", interval: .year), "starter", .year),
            (PriceReference(productID: "prod_9"), "starter", nil),
        ]
        for (reference, plan, interval) in references {
            let known = book.plan(at: reference)
            #expect(known?.planID == plan)
            #expect(known?.interval == interval)
        }
    }

    @Test func `the id counts before the key, and the key before metadata`() {
        let reference = PriceReference(
            priceID: "price_pro_month", lookupKey: "starter_month", planName: "enterprise")
        #expect(Sample.book.plan(at: reference)?.planID == "pro")
        let second = PriceReference(
            priceID: "other", lookupKey: "starter_month", planName: "enterprise")
        #expect(Sample.book.plan(at: second)?.planID == "starter")
    }

    @Test(arguments: [
        PriceReference(), PriceReference(priceID: "price_x"), PriceReference(lookupKey: "x"),
        PriceReference(planName: "gold"), PriceReference(productID: "prod_9"),
    ])
    func `any other price is unknown`(price: PriceReference) {
        #expect(Sample.book.plan(at: price) == nil)
        #expect(Sample.book.match([item(price)]) == nil)
    }

    @Test func `of several items the greatest plan counts, with its own window`() {
        let fact = Sample.fact("evt_1", at: 0) { fact in
            fact.items = ["x", "price_starter_month", "price_pro_year", "price_pro_month"]
                .enumerated().map { index, id in
                    SubscriptionItem(
                        price: PriceReference(priceID: id),
                        periodEnd: Sample.start.adding(Int64(index)))
                }
        }
        #expect(
            fact.plan
                == PlanMatch(
                    planID: "pro", interval: .year, priceID: "price_pro_year", item: 2))
        #expect(fact.periodEnd == Sample.start.adding(2))
        #expect(fact.pricing == .known)
    }

    @Test func `a price that the newest version has given up still pays for the plan`() {
        var terms = PlanTerms(name: "pro", rank: 1, jobLimit: .unlimited)
        terms.prices = [
            PlanPrice(
                interval: .month, amount: Price(nanos: 1), currency: "usd",
                providerPrice: "price_old")
        ]
        let old = Plan(id: "pro", version: 1, terms: terms)
        terms.prices = []
        let new = Plan(id: "pro", version: 2, terms: terms)
        let free = Plan(id: "free", terms: PlanTerms(name: "f", rank: 0, jobLimit: .units(1)))
        let book = PriceBook(PlanCatalog([free, new], older: [old]))
        #expect(book.plan(at: PriceReference(priceID: "price_old"))?.planID == "pro")
    }

    @Test func `what has no plan cannot be applied unless it is over`() {
        #expect(Sample.fact("evt_1", at: 0, plan: "gold").pricing == .unknownPrice)
        #expect(Sample.fact("evt_1", at: 0, .canceled, plan: "gold").pricing == .known)
        #expect(Sample.fact("evt_1", at: 0) { $0.items = [] }.pricing == .noItems)
    }

    @Test func `a plan file that loses a price moves nobody`() {
        let it = Sample.subscription([Sample.fact("evt_1", at: 0)])
        var question = Sample.question([it], at: 60)
        question.catalog = PlanCatalog(
            question.catalog.plans.map { plan in
                var terms = plan.terms
                terms.prices = []
                return Plan(id: plan.id, version: 2, terms: terms)
            })
        #expect(Entitlement.decide(question).planID == "pro")
    }
}
