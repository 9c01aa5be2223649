import Core
import Plans
import Store
import Testing

@Suite struct `Plans at a start` {
    private func plans(_ type: MetricType) -> [PlanDraft] {
        var terms = PlanTerms(name: "free", rank: 0, jobLimit: .units(100), heldMax: 10)
        terms.others = [
            MetricTerms(metric: Metric(name: "seats"), type: type, limit: .units(3))
        ]
        return [PlanDraft(id: "free", terms: terms)]
    }

    @Test(arguments: [
        (["ada"], "tenant 'ada' is"), (["ada", "bob"], "2 tenants, such as 'ada', are"),
    ])
    func `are refused without a plan that tenants are on`(tenants: [String], who: String) throws {
        let pro = PlanTerms(name: "pro", rank: 1, jobLimit: .units(100), heldMax: 10)
        let bench = try FileBench(plans: plans(.counter) + [PlanDraft(id: "pro", terms: pro)])
        for tenant in tenants {
            try bench.run(.createTenant(CreateTenant(id: tenant, plan: "pro")))
        }
        bench.engine.close()
        let error = #expect(throws: StoreError.self) {
            try FileBench(folder: bench.folder, plans: plans(.counter))
        }
        #expect(error?.description.contains("\(who) on plan 'pro'") == true)
    }

    @Test func `are refused where a metric has another type than before`() throws {
        let bench = try FileBench(plans: plans(.counter))
        bench.engine.close()
        let error = #expect(throws: StoreError.self) {
            try FileBench(folder: bench.folder, plans: plans(.gauge))
        }
        #expect(error?.kind == .unfit)
        #expect(error?.description.contains("'seats' is a counter in the plans of before") == true)
        _ = try FileBench(folder: bench.folder, plans: plans(.counter))
    }
}
