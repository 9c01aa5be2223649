package import Core
internal import JSON

/// An event as Stripe sends it: who it is, and what it means here.
package struct StripeEvent: Hashable, Sendable {
    package let id: String
    package let type: String
    /// 1970 where the body has none that can be read; then it is `failed`.
    package let created: Timestamp
    package let apiVersion: String?
    package let isLive: Bool
    /// The connected account that it comes from, if it is one.
    package let account: String?
    /// What it is about, for lists: the ids of the object, its customer and its subscription.
    package let object: String?
    package let customer: String?
    package let subscription: String?
    package let meaning: BillingEvent

    /// Reads the body of an event whose signature was checked.
    package static func read(
        _ bytes: [UInt8], mode: StripeMode
    ) throws(MalformedEvent) -> StripeEvent {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(validating: bytes)
        } catch {
            throw MalformedEvent("the body is no JSON: \(error.description)")
        }
        guard let event = StripeObject(document, document.root, path: "$") else {
            throw MalformedEvent("the body is no object")
        }
        guard let id = event.shown("id", bytesMax: 1_000), isEventID(id) else {
            throw MalformedEvent("$.id is no id of an event")
        }
        guard let type = event.shown("type"), !type.isEmpty else {
            throw MalformedEvent("$.type is no type of an event")
        }
        if event.shown("object") == "v2.core.event" {
            return thin(event, id: id, type: type, mode: mode)
        }
        guard event.shown("object") == "event" else {
            throw MalformedEvent("$.object is not 'event'")
        }
        guard let object = event.shownObject("data")?.shownObject("object") else {
            throw MalformedEvent("$.data.object is no object")
        }
        return whole(event, about: object, id: id, type: type, mode: mode)
    }

    private static func whole(
        _ event: StripeObject, about object: StripeObject, id: String, type: String,
        mode: StripeMode
    ) -> StripeEvent {
        var created = Timestamp(milliseconds: 0)
        var isLive = false
        let meaning: BillingEvent
        do throws(Unreadable) {
            guard let flag = try event.flag("livemode") else {
                throw Unreadable("$.livemode is not there")
            }
            isLive = flag
            guard let time = try event.time("created") else {
                throw Unreadable("$.created is not there")
            }
            created = time
            if isLive != mode.isLive {
                meaning = .wrongMode(isLive: isLive)
            } else if event.has("account") {
                meaning = .connected(account: event.shown("account") ?? "")
            } else {
                let reader = EventReader(
                    id: id, type: type, created: created, isLive: isLive, object: object,
                    previous: event.shownObject("data")?.shownObject("previous_attributes"))
                meaning = try reader.meaning()
            }
        } catch {
            meaning = .failed(reason: error.reason)
        }
        return StripeEvent(
            id: id, type: type, created: created, apiVersion: event.shown("api_version"),
            isLive: isLive, account: event.shown("account"), object: object.shown("id"),
            customer: customer(of: object), subscription: subscription(of: object),
            meaning: meaning)
    }

    /// The customer that an object is or is of.
    private static func customer(of object: StripeObject) -> String? {
        object.shown("object") == "customer"
            ? object.shown("id") : object.shownReference("customer")
    }

    /// The subscription that an object is or is of. Invoices say it by their parent by now.
    private static func subscription(of object: StripeObject) -> String? {
        if object.shown("object") == "subscription" { return object.shown("id") }
        let parent = object.shownObject("parent")?.shownObject("subscription_details")
        return parent?.shownReference("subscription") ?? object.shownReference("subscription")
    }

    /// A thin event says its time as text and names the object that it is about.
    private static func thin(
        _ event: StripeObject, id: String, type: String, mode: StripeMode
    ) -> StripeEvent {
        let object = event.shownObject("related_object")?.shown("id")
        let created = event.shown("created").flatMap { Timestamp(rfc3339: $0) }
        let isLive = (try? event.flag("livemode")) ?? nil
        let meaning: BillingEvent =
            if let isLive, isLive != mode.isLive {
                .wrongMode(isLive: isLive)
            } else {
                .thin(ThinEvent(type: type, object: object))
            }
        return StripeEvent(
            id: id, type: type, created: created ?? Timestamp(milliseconds: 0), apiVersion: nil,
            isLive: isLive ?? mode.isLive, account: event.shown("context"), object: object,
            customer: nil, subscription: nil, meaning: meaning)
    }

    /// `evt_` and letters, digits and `_`; ids of accounts in organisations have them too.
    private static func isEventID(_ text: String) -> Bool {
        let prefix = "evt_"
        return text.hasPrefix(prefix) && text.utf8.count > prefix.utf8.count
            && text.utf8.count <= Limits.providerTextBytesMax
            && text.utf8.allSatisfy {
                (48...57).contains($0) || (97...122).contains($0 | 0x20)
                    || $0 == UInt8(ascii: "_")
            }
    }
}
