import Billing
import Core
import EventLoop

/// An event of a tenant's subscription as the payment provider sends it, signed just now.
struct SignedEvent {
    /// What the server checks with.
    static let secret = "whsec_00000000000000000000000000000000"

    let tenant: String
    /// Tells it from the tenant's other events; later ones have greater numbers.
    let number: Int
    let status: String
    var plan = "enterprise"

    /// The whole request. Events of a subscription are a second apart, long ago, so that each has
    /// its place.
    func request() -> [UInt8] {
        let now = Loop.wallMilliseconds / 1_000
        let body = """
            {"id":"evt_\(tenant)_\(number)","object":"event","api_version":"2026-09-30.endive",\
            "created":\(now - 1_000_000 + Int64(number)),"livemode":false,"pending_webhooks":1,\
            "type":"customer.subscription.updated","data":{"object":{"id":"sub_\(tenant)",\
            "object":"subscription","customer":"cus_\(tenant)","status":"\(status)",\
            "created":\(now - 2_000_000),"livemode":false,"metadata":{"weir_tenant":"\(tenant)"},\
            "items":{"object":"list","data":[{"id":"si_\(tenant)","current_period_start":\(now),\
            "current_period_end":\(now + 2_592_000),"price":{"id":"price_\(plan)",\
            "product":"prod_\(plan)","metadata":{"weir_plan":"\(plan)"}}}]}}}}
            """
        let bytes = Array(body.utf8)
        let signature = WebhookSigner.header(
            body: bytes, secrets: [SignedEvent.secret],
            at: Timestamp(milliseconds: now * 1_000))
        let head =
            "POST /v1/webhooks/stripe HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            + "Content-Type: application/json\r\nStripe-Signature: \(signature)\r\n"
            + "Content-Length: \(bytes.count)\r\n\r\n"
        return Array(head.utf8) + bytes
    }
}
