import Core
import JSON
import Testing

@testable import Billing

/// A sequence of the fixtures: what happened, and what must come of it.
struct EventSequence: CustomStringConvertible {
    let name: String
    let events: [StripeEvent]
    let ends: [End]

    struct End {
        let at: Timestamp
        let plan: String
        let status: String
    }

    var description: String { name }

    static func all() throws -> [EventSequence] {
        let document = try JSONDocument(validating: Fixture.bytes("sequences.json"))
        return try document.members(of: document.root).map { key, value in
            let name = document.text(key)
            let ends = try #require(document.member(value, "ends"))
            return EventSequence(
                name: name,
                events: try Fixture.names(in: "sequences/" + name).map {
                    try Fixture.event("sequences/\(name)/\($0)")
                },
                ends: try document.elements(of: ends).map { end in
                    func text(_ name: StaticString) throws -> String {
                        document.text(try #require(document.member(end, name)))
                    }
                    return End(
                        at: try #require(Timestamp(rfc3339: try text("at"))),
                        plan: try text("plan"), status: try text("status"))
                })
        }
    }
}

/// What a receiver keeps of the events of one tenant.
struct Receiver: Hashable {
    private(set) var subscriptions: [String: Subscription] = [:]
    private(set) var invoices: [String: InvoiceFact] = [:]
    private(set) var sessions: [String: CheckoutFact] = [:]
    private(set) var reversals: [String: Reversal] = [:]
    private static let book = PriceBook(Fixture.catalog)

    mutating func take(_ event: StripeEvent) {
        switch event.meaning {
        case .subscription(let fact):
            let fact = fact.resolved(by: Receiver.book)
            #expect(fact.pricing == .known)
            let received = event.created.adding(2_000)
            if subscriptions[fact.id]?.apply(fact, receivedAt: received) == nil {
                subscriptions[fact.id] = Subscription(first: fact, receivedAt: received)
            }
        case .money(.invoice(let fact)):
            if invoices[fact.id].map({ $0.order < fact.order }) ?? true {
                invoices[fact.id] = fact
            }
        case .money(.checkout(let fact)):
            if sessions[fact.id].map({ $0.order < fact.order }) ?? true {
                sessions[fact.id] = fact
            }
        case .money(.reversal(let fact)):
            if reversals[fact.id].map({ $0.order < fact.order }) ?? true {
                reversals[fact.id] = fact
            }
        default: Issue.record("\(event.type) means \(event.meaning)")
        }
    }

    func entitlement(at now: Timestamp) -> Entitlement {
        Entitlement.decide(
            Entitlement.Question(
                subscriptions: Array(subscriptions.values), catalog: Fixture.catalog,
                basePlan: "free", manual: .none, now: now, graceMilliseconds: 14 * 86_400_000))
    }
}
