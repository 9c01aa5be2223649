import Billing
import Core
import HTTP
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
            if let (inquiry, answer) = provider.answer() { server.answered(inquiry, answer) }
        case .signEvent: sendSigned()
        default: preconditionFailure("\(operation) is nothing of the provider's")
        }
    }

    /// An event without meaning comes over the network, signed by whoever has secrets: by others
    /// first, by us among them or not, now or too long ago.
    private func sendSigned() {
        let now = clock.now.wall
        let body = Array(
            (#"{"id":"evt_signed_\#(roll(8))","object":"event","type":"ping","livemode":false,"#
                + #""created":\#(now.milliseconds / 1_000),"data":{"object":{}}}"#).utf8)
        let isOurs = !chance(4)
        let isInTime = !chance(6)
        var secrets = (0..<roll(3)).map { "whsec_of_another_\($0)" }
        if isOurs { secrets.append(World.webhookSecrets[roll(2)]) }
        let time = isInTime ? now : now.adding(-World.webhookTolerance - 2_000)
        send(
            .post, "/v1/webhooks/stripe",
            signature: WebhookSigner.header(body: body, secrets: secrets, at: time), bytes: body,
            .signed(isRight: isOurs && isInTime))
    }

    /// What the store wants to know goes out.
    func askProvider() {
        for inquiry in server.takeInquiries() {
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
        while let (inquiry, answer) = provider.answer() { server.answered(inquiry, answer) }
    }
}
