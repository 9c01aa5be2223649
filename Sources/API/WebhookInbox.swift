import Billing
package import Core
import Store

/// The receiver of the payment provider's events, and how it fares. It lives on the loop and in
/// memory only: each start begins its figures anew, and nobody who cannot sign makes it grow.
package struct WebhookInbox: Hashable, Sendable {
    /// Nil if no secret is configured.
    package private(set) var receiver: WebhookReceiver?
    /// How many bodies each secret has signed, in the order of the secrets.
    package private(set) var uses: [Int] = []
    /// When an event was last on disk.
    package private(set) var lastSuccess: Timestamp?
    /// How long after it was created the last new event was on disk.
    package private(set) var lagMilliseconds: Int64?
    package private(set) var lastFailure: Timestamp?
    /// How many signatures were refused since the last one that was right.
    package private(set) var failuresInRow = 0
    /// When each cause was last told of since the alarm.
    private var toldAt: [String: Timestamp] = [:]

    /// An inbox that nothing has come to.
    package init(_ receiver: WebhookReceiver? = nil) { replace(with: receiver) }

    /// Checks with this from now on. A secret that stays keeps its count.
    package mutating func replace(with receiver: WebhookReceiver?) {
        let before = self.receiver?.secrets.secrets ?? []
        let counts = uses
        self.receiver = receiver
        uses = (receiver?.secrets.secrets ?? []).map { secret in
            before.firstIndex { $0.bytes == secret.bytes }.map { counts[$0] } ?? 0
        }
    }

    /// Counts what came, and says what an operator is to know of it. After the alarm each cause is
    /// told once a minute: whoever can reach the server could fill its log.
    package mutating func note(_ note: WebhookNote, at now: Timestamp) -> WebhookNews? {
        switch note {
        case .refused(let cause):
            failuresInRow += 1
            lastFailure = now
            if failuresInRow < Limits.signatureFailuresAlarm { return .refused(cause: cause.name) }
            if failuresInRow == Limits.signatureFailuresAlarm || failuresInRow % 1_000 == 0 {
                toldAt[cause.name] = now
                return .failing(inRow: failuresInRow, cause: cause.name)
            }
            if let last = toldAt[cause.name], abs(now.since(last)) < 60_000 { return nil }
            toldAt[cause.name] = now
            return .refused(cause: cause.name)
        case .signed(let secret):
            if uses.indices.contains(secret) { uses[secret] += 1 }
            let failures = failuresInRow
            failuresInRow = 0
            toldAt = [:]
            return failures >= Limits.signatureFailuresAlarm ? .working(after: failures) : nil
        case .taken(let created, let isDuplicate):
            lastSuccess = now
            // 1970 stands for a time that could not be read.
            if !isDuplicate, created.milliseconds > 0 { lagMilliseconds = now.since(created) }
            return nil
        }
    }
}
