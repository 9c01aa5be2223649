import Billing
import Core
import Service
import Store
import Testing

/// Answers when the test says so.
private final class FakeProvider: Provider {
    private(set) var asked: [ProviderQuestion] = []
    private var callbacks: [(ProviderAnswer) -> Void] = []

    func ask(_ question: ProviderQuestion, then: @escaping (ProviderAnswer) -> Void) {
        asked.append(question)
        callbacks.append(then)
    }

    func answer(_ answer: ProviderAnswer) { callbacks.removeFirst()(answer) }
}

@Suite struct `A question to the provider` {
    private let inquiry = ProviderInquiry(subscription: "sub_1", isLive: false)

    /// A house that has asked, with the provider that it asked.
    private func ask() -> (House, FakeProvider) {
        let house = House()
        let provider = FakeProvider()
        house.commit([], inquiries: [inquiry])
        for (inquiry, question) in house.questions {
            provider.ask(question) { house.service.answered(inquiry, $0) }
        }
        return (house, provider)
    }

    /// What the store is told.
    private func finding(_ house: House) throws -> ProviderFinding {
        house.collect()
        guard case .billing(.answered(let finding)) = house.commands.last?.command else {
            throw Unexpected()
        }
        #expect(finding.subscription == "sub_1" && !finding.isLive)
        return finding
    }

    private func fact(_ id: String = "sub_1", isLive: Bool = false) -> SubscriptionFact {
        SubscriptionFact(
            id: id, eventID: "ask_1", created: House.noon, rank: .fetched, isLive: isLive,
            status: .active)
    }

    @Test func `goes out with its commit, and its answer is a command`() throws {
        let (house, provider) = ask()
        #expect(provider.asked == [.subscription("sub_1", id: "ask_0001020304050607")])
        #expect(house.commands.isEmpty)
        provider.answer(.subscriptions([fact("sub_2"), fact()]))
        #expect(try finding(house).answer == .found(fact()))
        house.reply(.billing(.done))
        #expect(house.commands.isEmpty)
    }

    @Test func `is not answered by what is another's, or of the other mode`() throws {
        for facts in [[fact("sub_2")], [fact(isLive: true)], []] {
            let (house, provider) = ask()
            provider.answer(.subscriptions(facts))
            #expect(try finding(house).answer == .unknown)
        }
        let (house, provider) = ask()
        provider.answer(.unknown)
        #expect(try finding(house).answer == .unknown)
    }

    @Test func `that cannot be answered says for how long`() throws {
        let (house, provider) = ask()
        provider.answer(.unavailable(retryMilliseconds: 7_000))
        #expect(try finding(house).answer == .unavailable(retryMilliseconds: 7_000))
        let (other, confused) = ask()
        confused.answer(.unavailable(retryMilliseconds: nil))
        #expect(try finding(other).answer == .unavailable(retryMilliseconds: nil))
    }

    @Test func `whose answer the store does not take is left to be asked again`() throws {
        let (house, provider) = ask()
        provider.answer(.unknown)
        house.collect()
        house.refuse(house.commands.map(\.id), .storageUnavailable)
        #expect(house.commands.isEmpty && house.questions.count == 1)
    }
}
