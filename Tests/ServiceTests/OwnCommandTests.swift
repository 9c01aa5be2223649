import Core
import HTTP
import Service
import Store
import Testing

/// What the server does on its own account: reloading plans.
@Suite struct OwnCommandTests {
    private let house = House()
    private var drafts: [PlanDraft] {
        Samples.catalog.plans.map { PlanDraft(id: $0.id, terms: $0.terms, text: $0.id) }
    }

    @Test func `a command of the server's own has its reply when it is on disk`() throws {
        var replies: [Reply] = []
        house.service.perform(.loadPlans(drafts)) { replies.append($0) }
        house.collect()
        #expect(replies.isEmpty)
        guard case .loadPlans(drafts) = house.commands[0].command else { throw Unexpected() }
        house.reply(.plansLoaded(Samples.catalog))
        #expect(replies == [.plansLoaded(Samples.catalog)])
    }

    @Test func `one that fails is told so and not tried again`() {
        var replies: [Reply] = []
        house.service.perform(.loadPlans(drafts)) { replies.append($0) }
        house.collect()
        house.fail(house.commands.map(\.id))
        house.tick(at: house.real + 60_000)
        #expect(replies == [.refused(.storageUnavailable)])
        #expect(house.commands.isEmpty)
    }
}
