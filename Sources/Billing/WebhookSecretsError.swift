/// Why text is no list of webhook secrets. It never shows one.
package struct WebhookSecretsError: Error, Hashable, Sendable, CustomStringConvertible {
    package let cause: Cause

    /// What is wrong; places count from 1.
    package enum Cause: Hashable, Sendable {
        case none
        case empty(Int)
        case unprintable(Int)
        case twice(Int)
        case tooMany(Int)
        case badLine(Int)
    }

    /// The text is no list because of this.
    package init(_ cause: Cause) { self.cause = cause }

    package var description: String {
        switch cause {
        case .none:
            "there is no webhook secret in it; write at least one, or leave the setting out"
        case .empty(let place):
            "webhook secret \(place) is empty; write the endpoint's secret, such as whsec_…"
        case .unprintable(let place):
            "webhook secret \(place) has more than \(WebhookSecrets.bytesMax) bytes, or blanks or"
                + " other bytes that no secret has"
        case .twice(let place): "webhook secret \(place) stands there twice"
        case .tooMany(let count):
            "\(count) webhook secrets; at most \(WebhookSecrets.countMax) count at a time"
        case .badLine(let line):
            "line \(line) of the webhook secrets is no secret with ' until=' and a time such as"
                + " 2026-12-01T00:00:00Z"
        }
    }
}
