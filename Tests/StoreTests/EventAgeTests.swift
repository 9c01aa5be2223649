import Core
import Store
import Testing

@Suite struct `An old event of the provider` {
    private func kept(_ bench: StoreBench) throws -> [EventRow] {
        let query = BillingQuery.events(state: nil, before: nil, limit: 500)
        guard case .billing(.events(let views, _)) = try bench.query(.billing(query)).rows else {
            throw Unexpected("the query gave no events")
        }
        return views.map(\.row)
    }

    private func take(_ id: String, _ meaning: BillingEvent, _ bench: StoreBench) throws -> Reply {
        let event = ProviderEvent(
            id: id, type: "test", created: bench.now.wall, isLive: false, body: [],
            meaning: meaning)
        return try bench.tell(.billing(.take(event)))
    }

    @Test(arguments: StoreKind.all)
    func `loses its body after 30 days and its row after 400, and is known for ever`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, limits: .tiny, tenants: ["acme": "free"])
        for number in 1...8 { try bench.deliver("evt_\(number)", .ignored(type: "test")) }
        try bench.wait(milliseconds: 30 * bench.day - 1)
        #expect(try kept(bench).allSatisfy(\.hasBody))
        try bench.wait(milliseconds: 600_000)
        #expect(bench.batchCount > 2, "some at a time")
        #expect(try kept(bench).map(\.hasBody) == Array(repeating: false, count: 8))
        #expect(
            try bench.tell(.billing(.replay(event: "evt_1")))
                == .billing(.taken(.ignored, isDuplicate: true)))
        try bench.restart()
        try bench.wait(milliseconds: 370 * bench.day - 600_000)
        #expect(try kept(bench).count == 8)
        try bench.wait(milliseconds: 600_000)
        #expect(bench.batchCount > 2, "some at a time")
        #expect(try kept(bench).map(\.id) == ["evt_8"])
        try bench.restart()
        #expect(
            try take("evt_1", .subscription(bench.fact("evt_1")), bench)
                == .billing(.taken(.ignored, isDuplicate: true)))
        #expect(try bench.standing() == "free active")
        try bench.subscribe("evt_9")
        #expect(try kept(bench).map(\.number) == [9, 8])
        try bench.checkAudit(events: (1...9).map { "evt_\($0)" })
    }

    @Test(arguments: StoreKind.all)
    func `that failed is not tried without its body, and applied if it comes again`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.deliver("evt_1", .failed(reason: "it has no status"))
        for _ in 0..<3 { try bench.wait(milliseconds: 15 * bench.day) }
        try bench.wait(milliseconds: 3_600_000)
        let row = try bench.event("evt_1").row
        #expect(row.state == .failed && row.retryAt == nil && !row.hasBody)
        #expect(
            try bench.tell(.billing(.replay(event: "evt_1"))).refusal
                == .billing(.eventBodyGone("evt_1")))
        try bench.deliver("evt_2", .ignored(type: "test"))
        try bench.wait(milliseconds: 400 * bench.day)
        #expect(try kept(bench).map(\.id) == ["evt_2"])
        #expect(
            try take("evt_1", .subscription(bench.fact("evt_1")), bench)
                == .billing(.taken(.applied, isDuplicate: false)))
        #expect(try bench.standing() == "pro active")
        try bench.checkAudit(events: ["evt_1", "evt_2"])
    }
}
