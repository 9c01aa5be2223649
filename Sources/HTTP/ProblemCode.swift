/// The stable codes of refusals, which clients may switch on.
package enum ProblemCode: Hashable, Sendable, CaseIterable {
    case malformedJSON
    case malformedRequest
    case invalidSignature
    case unauthenticated
    case forbidden
    case featureNotInPlan
    case tenantSuspended
    case quotaExceeded
    case notFound
    case methodNotAllowed
    case leaseExpired
    case leaseLost
    case alreadyFinished
    case notUnique
    case subscriptionExists
    case conflict
    /// `too_large` of a body.
    case tooLarge
    /// `too_large` of a request head.
    case headTooLarge
    case unsupportedMediaType
    case invalid
    case idempotencyMismatch
    case rateLimited
    case storageUnavailable
    case overloaded
    case billingUnavailable
    case webhookNotConfigured
    case draining

    /// The code in answers, with its status and its title.
    private var row: (code: String, status: Int, title: String) {
        switch self {
        case .malformedJSON: ("malformed_json", 400, "The body is not JSON")
        case .malformedRequest: ("malformed_request", 400, "The request cannot be read")
        case .invalidSignature: ("invalid_signature", 400, "The signature is not valid")
        case .unauthenticated: ("unauthenticated", 401, "No valid key")
        case .forbidden: ("forbidden", 403, "The key may not do this")
        case .featureNotInPlan: ("feature_not_in_plan", 403, "Not in the plan")
        case .tenantSuspended: ("tenant_suspended", 403, "The tenant is suspended")
        case .quotaExceeded: ("quota_exceeded", 402, "The plan's quota is used up")
        case .notFound: ("not_found", 404, "Not found")
        case .methodNotAllowed: ("method_not_allowed", 405, "Method not allowed")
        case .leaseExpired: ("lease_expired", 409, "The lease has expired")
        case .leaseLost: ("lease_lost", 409, "The lease is lost")
        case .alreadyFinished: ("already_finished", 409, "Already finished")
        case .notUnique: ("not_unique", 409, "Not unique")
        case .subscriptionExists: ("subscription_exists", 409, "There is a subscription")
        case .conflict: ("conflict", 409, "Conflict")
        case .tooLarge: ("too_large", 413, "Too large")
        case .headTooLarge: ("too_large", 431, "The request head is too large")
        case .unsupportedMediaType: ("unsupported_media_type", 415, "Unsupported media type")
        case .invalid: ("invalid", 422, "The request is not valid")
        case .idempotencyMismatch:
            ("idempotency_mismatch", 422, "The idempotency key belongs to another request")
        case .rateLimited: ("rate_limited", 429, "Too many requests")
        case .storageUnavailable: ("storage_unavailable", 503, "The storage is unavailable")
        case .overloaded: ("overloaded", 503, "The server is overloaded")
        case .billingUnavailable: ("billing_unavailable", 503, "Billing is unavailable")
        case .webhookNotConfigured:
            ("webhook_not_configured", 503, "The webhook is not configured")
        case .draining: ("draining", 503, "The server is shutting down")
        }
    }

    /// As it stands in answers.
    package var rawValue: String { row.code }

    /// The status that it is answered with where nothing else is said.
    package var status: Int { row.status }

    /// What it is, for people and the same each time.
    package var title: String { row.title }
}
