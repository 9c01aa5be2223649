import Core
import Crypto
import EventLoop
import HTTPClient
import JSON
import Store

/// Makes the calls to tenants' endpoints that the store orders, signed as Standard Webhooks says.
/// What it calls and where is the store's; it only tells how each call ended.
final class Courier {
    private let client: LoopClient
    private let wallMilliseconds: () -> Int64
    private let tell: (DeliveryID, DeliveryOutcome) -> Void

    /// A courier that tells `tell` how each call ended. `wallMilliseconds` is the real time, which
    /// receivers compare with their own.
    init(
        loop: Loop, allowsPrivate: Bool, wallMilliseconds: @escaping () -> Int64,
        tell: @escaping (DeliveryID, DeliveryOutcome) -> Void
    ) {
        client = LoopClient(loop: loop) { allowsPrivate || $0.isPublic }
        self.wallMilliseconds = wallMilliseconds
        self.tell = tell
    }

    /// Makes a call.
    func deliver(_ order: DeliveryOrder) {
        let seconds = wallMilliseconds() / 1_000
        let id = order.event.id.description
        let body = Courier.body(of: order.event)
        let signatures = StandardWebhook.signatures(
            id: id, seconds: seconds, body: body, secrets: order.secrets)
        let post = LoopPost(
            url: order.url,
            headers: [
                LoopPost.Header("Content-Type", "application/json"),
                LoopPost.Header("User-Agent", "Weir/\(ProgramVersion.text)"),
                LoopPost.Header("webhook-id", id),
                LoopPost.Header("webhook-timestamp", "\(seconds)"),
                LoopPost.Header("webhook-signature", signatures),
            ], body: body)
        client.post(post) { [unowned self] outcome in
            tell(order.id, Courier.outcome(outcome))
        }
    }

    /// Ends all calls without a word; the store makes them again.
    func close() { client.close() }

    /// The same bytes at every try: the time is the event's.
    static func body(of event: OutboxRow) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("id", event.id.description)
        writer.field("type", event.type)
        writer.field("timestamp", event.at.description)
        writer.field("data", raw: event.data)
        writer.endObject()
        return writer.bytes
    }

    private static func outcome(_ outcome: LoopOutcome) -> DeliveryOutcome {
        switch outcome {
        case .answered(let status, let seconds):
            let most = Limits.retryAfterMillisecondsMax
            return DeliveryOutcome(
                status: Int64(status),
                retryAfterMilliseconds: seconds.map { Int64(min($0, Int(most / 1_000))) * 1_000 })
        case .failed(let reason):
            return DeliveryOutcome(error: reason)
        }
    }
}
