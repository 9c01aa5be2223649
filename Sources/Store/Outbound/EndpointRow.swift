package import Core

/// Whether an endpoint is sent anything. The numbers are stored.
package enum EndpointState: Int64, Hashable, Sendable, CaseIterable {
    case on = 1
    case off = 2
    /// Gone for its tenant; the row stays until its deliveries are gone too.
    case removed = 3
}

/// Why an endpoint is off. The numbers are stored.
package enum OffReason: Int64, Hashable, Sendable, CaseIterable {
    case asked = 1
    /// It answered 410.
    case gone = 2
    /// Its calls have failed for days.
    case failing = 3
    /// More waited for it than may.
    case backlog = 4

    /// The name in answers.
    package var name: String {
        switch self {
        case .asked: "asked"
        case .gone: "gone"
        case .failing: "failing"
        case .backlog: "backlog"
        }
    }
}

/// A row of `endpoints`.
package struct EndpointRow: Hashable, Sendable {
    package let id: EndpointID
    /// The tenant's number.
    package let tenant: Int64
    package var url: String
    package var filter: EventFilter
    package var state = EndpointState.on
    /// Set while it is off.
    package var offReason: OffReason?
    package var secret: [UInt8]
    /// The secret before the last rotation, which signs too until its end.
    package var oldSecret: OldSecret?
    /// Since when every call has failed, of those that followed each other without a time in which
    /// nothing was to be delivered.
    package var failingSince: Timestamp?
    package let createdAt: Timestamp

    /// A secret that was replaced.
    package struct OldSecret: Hashable, Sendable {
        package let bytes: [UInt8]
        package let endsAt: Timestamp

        package init(bytes: [UInt8], endsAt: Timestamp) {
            self.bytes = bytes
            self.endsAt = endsAt
        }
    }

    /// An endpoint that is on.
    package init(
        id: EndpointID, tenant: Int64, url: String, filter: EventFilter, secret: [UInt8],
        createdAt: Timestamp
    ) {
        self.id = id
        self.tenant = tenant
        self.url = url
        self.filter = filter
        self.secret = secret
        self.createdAt = createdAt
    }
}

extension EndpointRow {
    /// True if an event of this type goes to it now.
    package func wants(_ type: EventType) -> Bool { state == .on && filter.contains(type) }

    /// How many calls it may have at a time.
    package var callsMax: Int {
        failingSince == nil
            ? Limits.deliveriesToEndpointMax : Limits.deliveriesToFailingEndpointMax
    }

    /// What signs a call at this moment, the newest first.
    package func secrets(at now: Timestamp) -> [[UInt8]] {
        guard let oldSecret, now < oldSecret.endsAt else { return [secret] }
        return [secret, oldSecret.bytes]
    }

    /// Takes over what its tenant changed. Turning it on again forgets why it was off, and another
    /// URL how the one before did.
    package mutating func take(_ update: UpdateEndpoint) {
        if let url = update.url, url != self.url {
            self.url = url
            failingSince = nil
        }
        filter = update.filter ?? filter
        guard let isOn = update.isOn else { return }
        if isOn, state == .off {
            state = .on
            offReason = nil
            failingSince = nil
        } else if !isOn, state == .on {
            turnOff(.asked)
        }
    }

    /// Nothing is sent to it from now on.
    package mutating func turnOff(_ reason: OffReason) {
        guard state == .on else { return }
        state = .off
        offReason = reason
    }

    /// Its tenant has no such endpoint any more. Nobody needs its secrets.
    package mutating func remove() {
        state = .removed
        offReason = nil
        secret = []
        oldSecret = nil
    }

    /// Signs with another secret, and with the present one for so long beside it.
    package mutating func rotate(
        to secret: [UInt8], overlapMilliseconds: Int64, at now: Timestamp
    ) {
        oldSecret =
            overlapMilliseconds > 0
            ? OldSecret(bytes: self.secret, endsAt: now.adding(overlapMilliseconds)) : nil
        self.secret = secret
    }

    /// Something is to be delivered again after nothing was: what failed before was another time.
    package mutating func begin() { failingSince = nil }

    /// True if a call to `url` that ended so says that the endpoint is gone: not of another URL.
    package func isGone(_ outcome: DeliveryOutcome, url: String) -> Bool {
        outcome.status == 410 && url == self.url
    }

    /// Takes over how a call to `url` ended. Where it goes by now may be another receiver.
    package mutating func note(_ outcome: DeliveryOutcome, to url: String, at now: Timestamp) {
        guard url == self.url else { return }
        guard !outcome.isSuccess else {
            failingSince = nil
            return
        }
        let since = failingSince ?? now
        failingSince = since
        if isGone(outcome, url: url) {
            turnOff(.gone)
        } else if now.since(since) >= Limits.endpointFailingMillisecondsMax {
            turnOff(.failing)
        }
    }
}
