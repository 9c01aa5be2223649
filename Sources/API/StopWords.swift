import Core

/// What a stop of all of a tenant's jobs means, in sentences, and what lifts it: each only what it
/// is by, so that nobody resumes what a subscription stops.
struct StopWords {
    let detail: String
    let fix: String

    /// The words for a pause or a suspension.
    init(_ stop: Hold, tenant: String) {
        let isPaused = stop.reason == .tenantPaused
        let state = isPaused ? "paused" : "suspended"
        let effect = isPaused ? "its jobs wait" : "none of its jobs start"
        switch stop.cause {
        case .subscription(let subscription):
            let name = StopWords.name(subscription)
            detail =
                isPaused
                ? "Tenant '\(tenant)' is paused because its \(name) is; \(effect)."
                : "Tenant '\(tenant)' is suspended because what its \(name) owes was not paid;"
                    + " \(effect)."
            let remedy = isPaused ? "Resume that subscription" : "Pay what it owes"
            fix =
                "\(remedy), or end it, at the payment provider. POST /v1/tenants/\(tenant)/resume"
                + " does not lift this."
        case nil:
            detail = "Tenant '\(tenant)' is deleted; \(effect)."
            fix = "Nothing brings it back; make another tenant."
        case .manual:
            detail = "Tenant '\(tenant)' is \(state) by the operator; \(effect)."
            fix = "The operator lifts it with POST /v1/tenants/\(tenant)/resume."
        case .withheld(let what, _, _):
            preconditionFailure("tenant '\(tenant)' is stopped because its \(what) is withheld")
        }
    }

    /// All that stops a tenant, and what lifts each of them.
    static func sentences(_ stops: [Hold], tenant: String) -> String {
        stops.map { stop in
            let words = StopWords(stop, tenant: tenant)
            return words.detail + " " + words.fix
        }.joined(separator: " Then: ")
    }

    /// A subscription in a sentence.
    static func name(_ subscription: String?) -> String {
        subscription.map { "subscription '\($0)'" } ?? "subscription"
    }
}
