import API
import Billing
import Core
import HTTP
import Service
import Store

/// A house that takes events of the payment provider, and bodies of such.
enum WebhookBench {
    static let secret = "whsec_of_the_endpoint"
    static let receiver = receiver(secret)

    static func receiver(_ secrets: String..., mode: StripeMode = .test) -> WebhookReceiver {
        WebhookReceiver(
            secrets: WebhookSecrets(secrets.map { WebhookSecrets.Secret($0) }), mode: mode,
            toleranceMilliseconds: 300_000)
    }

    static func house(_ receiver: WebhookReceiver? = receiver) -> House {
        House(receiver: receiver)
    }

    /// The header for a body, signed at noon or so much later.
    static func header(
        _ body: [UInt8], _ secrets: String..., milliseconds: Int64 = 0
    ) -> String {
        WebhookSigner.header(
            body: body, secrets: secrets.isEmpty ? [secret] : secrets,
            at: House.noon.adding(milliseconds))
    }

    static let created = House.noon.milliseconds / 1_000

    /// An event about `object`.
    static func event(
        _ object: String, id: String = "evt_1", type: String = "customer.subscription.updated",
        created: Int64 = created, isLive: Bool = false
    ) -> String {
        #"{"id":"\#(id)","object":"event","api_version":"2026-09-30.endive","created":\#(created),"#
            + #""data":{"object":\#(object)},"livemode":\#(isLive),"pending_webhooks":1,"#
            + #""request":{"id":null,"idempotency_key":null},"type":"\#(type)"}"#
    }

    static func subscription(customer: String = #""cus_1""#, items: Int = 1) -> String {
        let list = (0..<items).map { index in
            #"{"id":"si_\#(index)","object":"subscription_item","created":\#(created),"#
                + #""quantity":1,"current_period_start":\#(created),"#
                + #""current_period_end":\#(created + 2_592_000),"price":{"id":"price_\#(index)","#
                + #""object":"price","lookup_key":null,"metadata":{},"product":"prod_1"}}"#
        }.joined(separator: ",")
        return #"{"id":"sub_1","object":"subscription","customer":\#(customer),"#
            + #""created":\#(created),"start_date":\#(created),"status":"active","#
            + #""billing_cycle_anchor":\#(created),"cancel_at_period_end":false,"#
            + #""cancel_at":null,"canceled_at":null,"ended_at":null,"trial_end":null,"#
            + #""latest_invoice":"in_1","livemode":false,"metadata":{},"#
            + #""items":{"object":"list","data":[\#(list)],"has_more":false}}"#
    }
}

extension House {
    /// Opens an exchange that brings these bytes as an event.
    func deliver(
        _ body: [UInt8], header: String?, method: String = "POST",
        headers: [(name: String, value: String)] = []
    ) -> ExchangeKey {
        deliveries += 1
        let exchange = ExchangeKey(rawValue: 1_000_000 + deliveries)
        let signature = header.map { [(name: "Stripe-Signature", value: $0)] } ?? []
        service.received(
            Request(
                method: Method(method), path: "/v1/webhooks/stripe", headers: headers + signature,
                body: body),
            on: exchange, at: now, realSteadyMilliseconds: real)
        collect()
        return exchange
    }

    /// The whole exchange for a body that is signed; the store says that it came to `state`.
    func deliver(_ text: String, state: EventState = .applied) -> Response? {
        let body = Array(text.utf8)
        let exchange = deliver(body, header: WebhookBench.header(body))
        if let command = commands.last {
            commit([(command.id, .billing(.taken(state, isDuplicate: false)), nil)])
        }
        return response(exchange)
    }

    /// The event that the store was last asked to take.
    var taken: ProviderEvent? {
        guard case .billing(.take(let event)) = commands.last?.command else { return nil }
        return event
    }
}
