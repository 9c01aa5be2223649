import Core
import HTTP
import JSON
import Store

/// The sentences of the problems that do not come from the store. Each says what happened, with
/// which value, and what to do.
extension Problem {
    static var unauthenticated: Problem {
        Problem(
            .unauthenticated,
            detail: "The request carries no valid API key. Send one as 'Authorization: Bearer KEY'."
        )
    }

    /// A header field that counts once is there more often.
    static func repeatedField(_ name: StaticString) -> Problem {
        Problem(
            .malformedRequest,
            detail: "The header field \(name) is there more than once. Send it once.")
    }

    /// A body where none is wanted, from whoever it is.
    static func bodyNotWanted(bytesMax: Int) -> Problem {
        Problem(
            .tooLarge, status: 413,
            detail:
                "The body is longer than \(bytesMax) bytes, and this path needs none. Send none.")
    }

    /// The route is not for keys of this scope.
    static func forbidden(scope: String, allowed: String) -> Problem {
        Problem(
            .forbidden,
            detail: "A key of scope '\(scope)' may not call this. Use one of scope \(allowed).")
    }

    /// A worker key asks for a queue that it is not bound to.
    static func queueForbidden(_ queue: String, bound: [String]) -> Problem {
        Problem(
            .forbidden,
            detail:
                "This worker key is bound to the queues \(bound.joined(separator: ", ")) and may"
                + " not pull from '\(queue)'. Name only those, or use another key.")
    }

    /// Nothing answers at this path.
    static func noRoute(_ path: String) -> Problem {
        Problem(
            .notFound,
            detail: "There is nothing at '\(path.clamped(bytesMax: 200))'. Check the path.")
    }

    /// The path is known, the method is not one of its own.
    static func method(_ name: String, allow: String) -> Response {
        let problem = Problem(
            .methodNotAllowed,
            detail: "This path does not take \(name.clamped(bytesMax: 20)). Use \(allow).")
        return problem.response().with("Allow", allow)
    }

    /// No such tenant, or none that the caller may see.
    static func noTenant(_ tenant: String) -> Problem {
        Problem(
            .notFound,
            detail: "There is no tenant '\(tenant.clamped(bytesMax: 100))' that this key may see."
                + " Check the id.")
    }

    /// No such job, or none that the caller may see.
    static func noJob(_ job: String) -> Problem {
        Problem(
            .notFound,
            detail: "There is no job '\(job.clamped(bytesMax: 100))' that this key may see. Check"
                + " the id.")
    }

    /// No such plan.
    static func noPlan(_ plan: String, catalog: PlanCatalog) -> Problem {
        Problem(
            .notFound,
            detail: "There is no plan '\(plan.clamped(bytesMax: 100))'. The plans are"
                + " \(catalog.idList).")
    }

    /// No plan names such a metric.
    static func noMetric(_ metric: String, catalog: PlanCatalog) -> Problem {
        Problem(
            .notFound,
            detail: "There is no metric '\(metric.clamped(bytesMax: 100))'. The metrics are"
                + " \(catalog.metricList).")
    }

    /// The tenant has no period of this name.
    static func noPeriod(_ period: String) -> Problem {
        Problem(
            .notFound,
            detail: "The tenant has no period '\(period.clamped(bytesMax: 100))'. The history in"
                + " its usage names those that it has.")
    }

    /// The key is bound, and usage outside jobs is for those that are not.
    static var boundKeyCountsNothing: Problem {
        Problem(
            .forbidden,
            detail: "This worker key is bound to queues or tenants and may not count usage. Use an"
                + " admin key, or a worker key that is bound to nothing, with 'Weir-Tenant: ID'.")
    }

    /// No such key, or none that the caller may see.
    static func noKey(_ key: String) -> Problem {
        Problem(
            .notFound,
            detail: "There is no key '\(key.clamped(bytesMax: 100))' that this key may revoke. List"
                + " the keys to see their ids.")
    }

    /// The job of an earlier request is gone.
    static func jobGone(_ job: JobID) -> Problem {
        Problem(
            .notFound,
            detail: "Job \(job), which the first request with this Idempotency-Key made, has been"
                + " deleted since. Use a new Idempotency-Key to submit again.")
    }

    /// An admin submits or asks without naming a tenant.
    static var tenantNotNamed: Problem {
        .invalid(
            "This key acts for no tenant by itself. Name the tenant in the header"
                + " 'Weir-Tenant: ID'.")
    }

    /// A 422 that is about no field.
    static func invalid(_ detail: String) -> Problem {
        Problem(.invalid, detail: detail, members: [("errors", .errors([]))])
    }

    /// A 422 about fields, each with its path.
    static func invalid(_ errors: [FieldError]) -> Problem {
        let first = errors.first.map { "\($0.path): \($0.message)" } ?? "the body"
        let detail =
            errors.count == 1
            ? "One field is wrong: \(first)." : "\(errors.count) fields are wrong: \(first); …"
        return Problem(
            .invalid, detail: detail,
            members: [("errors", .errors(errors.map { (path: $0.path, message: $0.message) }))])
    }

    /// The body is not JSON.
    static func malformed(_ reason: String) -> Problem {
        Problem(
            .malformedJSON,
            detail: "The body is not valid JSON (\(reason)). Send one JSON object.")
    }

    /// The body says that it is something else than JSON.
    static func mediaType(_ type: String) -> Problem {
        Problem(
            .unsupportedMediaType,
            detail: "The Content-Type is '\(type.clamped(bytesMax: 100))'. Send"
                + " 'application/json'.")
    }

    /// The body is packed.
    static func contentCoding(_ coding: String) -> Problem {
        Problem(
            .unsupportedMediaType,
            detail: "The Content-Encoding is '\(coding.clamped(bytesMax: 100))'. Send the body as"
                + " it is.")
    }

    /// A payload or a result is larger than may be kept.
    static func tooLarge(_ field: String, bytes: Int, bytesMax: Int) -> Problem {
        Problem(
            .tooLarge,
            detail: "\(field) has \(bytes) bytes; at most \(bytesMax) are kept. Put large data into"
                + " a blob store and its address here.")
    }

    /// The reader could not read.
    static var unreadable: Problem {
        Problem(
            .storageUnavailable,
            detail: "The store could not be read. Nothing was changed; repeat the request later.",
            retryAfterSeconds: 1)
    }
}
