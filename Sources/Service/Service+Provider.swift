import API
package import Billing
package import Core
package import HTTP
package import Store

/// The payment provider's side: what of its events is refused unread, and what the store wants to
/// know of it. The store says what is asked when, and asks again; here a question only becomes one
/// that a provider understands, and its answer one that the store does.
extension Service {
    /// What a request gets before its body is read, if it is not to be read. An event that is not
    /// even said to be signed counts as one that is refused.
    package func refusal(of head: RequestHead, at now: Moment) -> Response? {
        let refusal = api.refusal(of: head, in: directory, webhooks: webhooks)
        if let note = refusal?.note { self.note(note, at: now.wall) }
        return refusal?.response
    }

    /// Counts what is told of an event, and tells the operator what comes of it.
    func note(_ note: WebhookNote, at now: Timestamp) {
        if let news = webhooks.note(note, at: now) { add(.tell(news)) }
    }

    /// Sends the questions of a commit out.
    func ask(_ inquiries: [ProviderInquiry]) {
        for inquiry in inquiries {
            let id = "ask_" + Self.hexadecimal(api.settings.randomBytes(8))
            add(.ask(inquiry, .subscription(inquiry.subscription, id: id)))
        }
    }

    /// The provider answered, or could not. An answer that the store does not take is lost: the
    /// question comes again.
    package func answered(_ inquiry: ProviderInquiry, _ answer: ProviderAnswer) {
        let finding = ProviderFinding(
            subscription: inquiry.subscription, isLive: inquiry.isLive, answer.finding(inquiry))
        perform(.billing(.answered(finding))) { _ in }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}

extension ProviderAnswer {
    /// What it says of what was asked.
    fileprivate func finding(_ inquiry: ProviderInquiry) -> ProviderFinding.Answer {
        switch self {
        case .subscriptions(let facts):
            let fact = facts.first {
                $0.id == inquiry.subscription && $0.isLive == inquiry.isLive && $0.isFetched
            }
            return fact.map { .found($0) } ?? .unknown
        case .unknown: return .unknown
        case .unavailable(let retry): return .unavailable(retryMilliseconds: retry)
        }
    }
}
