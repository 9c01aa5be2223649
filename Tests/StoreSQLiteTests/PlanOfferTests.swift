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
