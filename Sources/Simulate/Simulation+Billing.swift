import Core
import Store

extension Simulation {
    /// What the provider does, and what operators do about it.
    func bill(_ operation: Operation) {
        switch operation {
        case .providerActs: provider.act(at: clock.now.wall, &random)
        case .deliverEvent:
            for _ in 0...roll(3) {
                guard let event = provider.deliver(&random) else { return }
                server.perform(.billing(.take(event)))
            }
        case .replayEvent:
            guard let event = provider.delivered.randomElement(using: &random) else { return }
            server.perform(.billing(.replay(event: event.id)))
        case .answerInquiry:
            askProvider()
            if let finding = provider.answer() { server.perform(.billing(.answered(finding))) }
        default: preconditionFailure("\(operation) is nothing of the provider's")
        }
    }

    /// What the store wants to know goes out.
    func askProvider() {
        for inquiry in server.store.takeInquiries() {
            provider.take(inquiry, at: clock.now.wall)
        }
    }

    /// Days pass, of which the provider answers for each: else what nobody answers is asked every
    /// hour.
    func passDays(_ days: Int) {
        provider.offer(at: clock.now.wall)
        while let event = provider.deliverFirst() { server.perform(.billing(.take(event))) }
        for _ in 0..<days {
            server.pass(milliseconds: 86_400_000)
            answerAll()
        }
    }

    /// Every question is answered.
    func answerAll() {
        askProvider()
        while let finding = provider.answer() { server.perform(.billing(.answered(finding))) }
    }
}
