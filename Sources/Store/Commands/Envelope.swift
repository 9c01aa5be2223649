package import Core

/// Numbers the commands and queries of one process, so that an answer finds its asker.
package struct EnvelopeID: Hashable, Comparable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    package static func < (left: EnvelopeID, right: EnvelopeID) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// A command on its way to the store.
package struct Envelope: Sendable {
    package let id: EnvelopeID
    package let command: Command
    package let idempotency: Idempotency?
    /// A lease outside it is as one that never was.
    package let reach: Reach
    /// The tenant whose key asks: where it stands goes with any answer.
    package let customer: String?

    /// A command under its number.
    package init(
        id: EnvelopeID, command: Command, idempotency: Idempotency? = nil, reach: Reach = Reach(),
        customer: String? = nil
    ) {
        self.id = id
        self.command = command
        self.idempotency = idempotency
        self.reach = reach
        self.customer = customer
    }
}

/// What makes a repeated POST give the first answer again.
package struct Idempotency: Hashable, Sendable {
    /// The tenant's id, or the admin key where no tenant is named.
    package let scope: String
    package let key: String
    /// A hash over method, path and body: the same key with another request is a mistake.
    package let fingerprint: [UInt8]

    /// The caller's key in its scope, with the hash of its request.
    package init(scope: String, key: String, fingerprint: [UInt8]) {
        self.scope = scope
        self.key = key
        self.fingerprint = fingerprint
    }
}

/// What the store says to one command. It leaves the store only after the commit.
package struct Answer: Hashable, Sendable {
    package let id: EnvelopeID
    package let reply: Reply
    /// The tenant's standing after the command, where the command named one tenant or one asks.
    package let quota: QuotaView?

    /// A reply to the command with this number.
    package init(id: EnvelopeID, reply: Reply, quota: QuotaView? = nil) {
        self.id = id
        self.reply = reply
        self.quota = quota
    }
}

/// Where a tenant stands with metric `jobs`: the quota headers.
package struct QuotaView: Hashable, Sendable {
    package let plan: String
    package let limit: Limit
    package let used: Int64
    /// What is left of the limit; nil where there is none.
    package let remaining: Int64?
    package let resetsAt: Timestamp

    /// The standing of an account under `plan`.
    package init(plan: String, account: Account, resetsAt: Timestamp) {
        self.plan = plan
        limit = account.limit
        used = account.usage.total
        remaining = account.shownRemaining
        self.resetsAt = resetsAt
    }
}
