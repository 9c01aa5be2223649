import Billing
import Core
import HTTP
import JSON
import Store

/// `POST /v1/webhooks/stripe`: the payment provider's events. The signature is the only key.
enum Webhooks {
    /// The same words whatever was wrong: who guesses learns nothing.
    private static var invalidSignature: Response {
        Problem(
            .invalidSignature,
            detail: "The body is not signed as the endpoint's secret and the time want it. Compare"
                + " the secret of the endpoint with that of the server, and the clocks."
        ).response()
    }

    private static var notConfigured: Response {
        Problem(
            .webhookNotConfigured,
            detail: "The server has no webhook secret and takes no events. Set"
                + " STRIPE_WEBHOOK_SECRET or STRIPE_WEBHOOK_SECRET_FILE.",
            retryAfterSeconds: 60
        ).response()
    }

    /// What a long body gets without being read. One that is not even said to be signed comes from
    /// no provider.
    static func refusal(of head: RequestHead, _ inbox: WebhookInbox) -> HeadRefusal? {
        if inbox.receiver == nil { return HeadRefusal(notConfigured) }
        if let coding = head.header("Content-Encoding"), !isIdentity(coding) {
            return HeadRefusal(Problem.contentCoding(coding).response())
        }
        guard head.header("Stripe-Signature") == nil else { return nil }
        return HeadRefusal(invalidSignature, .refused(.noHeader))
    }

    /// Takes an event. Nothing is kept of a body that is not signed, and it is not read either.
    static func receive(_ request: Request, scene: Scene) -> Step {
        guard let receiver = scene.webhooks.receiver else { return .answer(notConfigured) }
        guard request.body.count <= Limits.bodyBytesMax else {
            return .problem(
                Problem(
                    .tooLarge,
                    detail: "The event has \(request.body.count) bytes; at most"
                        + " \(Limits.bodyBytesMax) are taken."))
        }
        if let coding = request.header("Content-Encoding"), !isIdentity(coding) {
            return .problem(.contentCoding(coding))
        }
        switch verdict(request, receiver, now: scene.now.wall) {
        case .refused(let cause): return .note(.refused(cause), then: .answer(invalidSignature))
        case .signed(let secret, at: _):
            return .note(.signed(secret: secret), then: take(request.body, mode: receiver.mode))
        }
    }

    private static func verdict(
        _ request: Request, _ receiver: WebhookReceiver, now: Timestamp
    ) -> WebhookSignature.Verdict {
        guard request.repeated(of: ["Stripe-Signature"]) == nil else {
            return .refused(.severalTimestamps)
        }
        return WebhookSignature.check(
            header: request.header("Stripe-Signature"), body: request.body,
            secrets: receiver.secrets, now: now,
            toleranceMilliseconds: receiver.toleranceMilliseconds)
    }

    private static func take(_ body: [UInt8], mode: StripeMode) -> Step {
        let event: StripeEvent
        do throws(MalformedEvent) {
            event = try StripeEvent.read(body, mode: mode)
        } catch {
            return .problem(
                Problem(
                    .malformedRequest,
                    detail: "The body is signed and is no event: \(error.reason). Nothing was kept."
                ))
        }
        return .command(.billing(.take(ProviderEvent(event, body: body))), nil) { reply in
            guard case .billing(.taken(_, let isDuplicate)) = reply else {
                return .unfulfilled(reply, of: "take")
            }
            let note = WebhookNote.taken(created: event.created, isDuplicate: isDuplicate)
            return .note(note, then: .answer(received(isDuplicate: isDuplicate)))
        }
    }

    private static func received(isDuplicate: Bool) -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("received", true)
        writer.field("duplicate", isDuplicate)
        writer.endObject()
        return .json(200, writer)
    }

    private static func isIdentity(_ coding: String) -> Bool { coding.lowercased() == "identity" }
}

extension ProviderEvent {
    /// An event as the store takes it.
    fileprivate init(_ event: StripeEvent, body: [UInt8]) {
        self.init(
            id: event.id, type: event.type, created: event.created, isLive: event.isLive,
            body: body, meaning: event.meaning)
        apiVersion = event.apiVersion
        object = event.object
        customer = event.customer
        subscription = event.subscription
    }
}
