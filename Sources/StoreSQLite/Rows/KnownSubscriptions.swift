import Core

/// The subscriptions that were read or written last, by the bytes of their rows: one event asks for
/// the same row several times, and a history of many facts is long to take apart. A row is known
/// only as long as its bytes are the same, so that nothing has to be forgotten when a batch fails.
struct KnownSubscriptions {
    private var known: [String: Known] = [:]

    /// How many are known.
    var count: Int { known.count }

    private struct Known {
        let bytes: [UInt8]
        let subscription: Subscription
    }

    /// The subscription that these bytes say; nil if they are other bytes.
    mutating func subscription(_ id: String, _ bytes: [UInt8]) -> Subscription? {
        if let found = known[id], found.bytes == bytes { return found.subscription }
        guard let read = Subscription(id: id, bytes: bytes) else { return nil }
        keep(read, bytes)
        return read
    }

    /// The bytes of a subscription that is being written, which will be asked for again.
    mutating func bytes(of subscription: Subscription) -> [UInt8] {
        let bytes = subscription.bytes
        keep(subscription, bytes)
        return bytes
    }

    private mutating func keep(_ subscription: Subscription, _ bytes: [UInt8]) {
        if known.count >= Limits.knownSubscriptionsMax, known[subscription.id] == nil {
            known.removeAll(keepingCapacity: true)
        }
        known[subscription.id] = Known(bytes: bytes, subscription: subscription)
    }
}
