internal import HTTP
internal import Store

extension Problem {
    /// What an admin is told of an event that cannot be replayed.
    static func billing(_ refusal: BillingRefusal) -> Problem {
        switch refusal {
        case .eventUnknown(let id):
            Problem(
                .notFound,
                detail: "There is no event '\(id.clamped(bytesMax: 100))'. GET /v1/webhook-events"
                    + " lists those that are kept.")
        case .eventBodyGone(let id):
            Problem(
                .conflict,
                detail: "The body of event '\(id)' is no longer kept, so that it cannot be applied"
                    + " again. Send it again from the provider.")
        }
    }
}
