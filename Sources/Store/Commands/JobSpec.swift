package import Core

/// A job as its tenant submits it, checked and with every default filled in.
package struct JobSpec: Hashable, Sendable {
    package var kind: String
    package var queue = "default"
    /// JSON, passed through byte for byte.
    package var payload: [UInt8] = [UInt8]("{}".utf8)
    package var priority = 5
    package var start: Start = .now
    package var attemptsMax = 5
    package var backoff: Backoff = .standard
    package var timeoutMilliseconds: Int64 = 300_000
    package var expiresInMilliseconds: Int64?
    package var tags: [String] = []
    /// Nil is what the plan says.
    package var cost: Int64?
    /// True if the cost may be less than the plan's: the operator says it.
    package var mayCostLess = false

    /// A job of `kind` with every default.
    package init(kind: String) { self.kind = kind }

    /// A job of `kind` as the terms of that kind have it.
    package init(kind: String, under terms: KindTerms?) {
        self.kind = kind
        queue = terms?.queue ?? queue
        attemptsMax = terms?.attemptsMax ?? attemptsMax
        backoff = terms?.backoff ?? backoff
        timeoutMilliseconds = terms?.timeoutMilliseconds ?? timeoutMilliseconds
    }

    /// When the job may start.
    package enum Start: Hashable, Sendable {
        case now
        case at(Timestamp)
        case after(milliseconds: Int64)
    }
}
