import API
import Core
package import HTTP
import Store

/// What may wait for the store and its reader has bounds, and each tenant has its share of them.
extension Service {
    /// Whose share of the server's memory the body after this head counts in.
    package func sharer(of head: RequestHead) -> String? { api.sharer(of: head, in: directory) }

    /// In whose share of the server's memory what belongs to the request counts: nil of the
    /// operator's.
    package func sharerOfBytes(_ key: ExchangeKey) -> String? { exchanges[key]?.sharerOfBytes }

    /// The tenant in whose share of what waits the request counts; nil without one.
    func sharer(_ key: ExchangeKey) -> String? { exchanges[key]?.sharer }

    /// There is no room: for its tenant, or for anybody.
    func refuse(_ key: ExchangeKey, _ room: Shares.Room) {
        guard room == .shareTaken, let tenant = sharer(key) else {
            return refuse(key, .overloaded)
        }
        let problem = Problem(
            .rateLimited,
            detail: "As many requests of tenant '\(tenant)' wait already as the server has room"
                + " left for all others. Nothing was done; repeat the request when some of them"
                + " are answered.",
            retryAfterSeconds: 1)
        respond(key, problem.response())
    }
}
