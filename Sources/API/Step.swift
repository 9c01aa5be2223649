package import Core
package import HTTP
package import Store

/// What a handler wants done next. The service runs it; so can a test, in line.
package enum Step {
    /// The exchange is over.
    case answer(Response)
    /// Ask the store to do something.
    case command(Command, Idempotency?, then: (Reply) -> Step)
    /// Ask the store for work. With `until`, in real steady milliseconds, the pull is parked there
    /// until that time; without it the store answers at once.
    case pull(Pull, until: Int64?, then: (Reply) -> Step)
    /// Ask the reader. The number is that of the last commit known when the query was sent: what
    /// the rows show is at least as new.
    case query(Query, then: (Rows, UInt64) -> Step)
    /// Wait until something has happened, or until that time, in real steady milliseconds. `since`
    /// is the commit that the caller read: what happened since wakes at once.
    case wait(Topic, since: UInt64, until: Int64, then: (Wake) -> Step)
    /// Ask the service who does such jobs.
    indirect case workforce(WorkSought, then: (Workforce) -> Step)
    /// Tell the service of an event of the payment provider, and go on.
    indirect case note(WebhookNote, then: Step)
    /// Move the test clock.
    case moveClock(ClockMove, then: (Moment) -> Step)
}

/// Why a wait is over.
package enum Wake: Hashable, Sendable {
    case happened
    case timedOut
}

/// What a request may wait for.
package enum Topic: Hashable, Sendable {
    /// The end of a job.
    case end(JobID)
    /// More of a job's log, or its end.
    case log(JobID)
}

extension Step {
    /// The exchange ends with this problem.
    static func problem(_ problem: Problem) -> Step { .answer(problem.response()) }

    /// What follows a reply other than the one hoped for. `command` names what was asked.
    /// `path` is where in the body the name stands that a refusal may be about.
    static func unfulfilled(
        _ reply: Reply, of command: StaticString, path: String? = nil,
        catalog: PlanCatalog? = nil
    ) -> Step {
        guard case .refused(let refusal) = reply else {
            preconditionFailure("the store answered \(command) with \(reply)")
        }
        return .problem(.refusal(refusal, at: .root, path: path, catalog: catalog))
    }

    /// What follows rows other than those hoped for. `query` names what was asked.
    static func unfulfilled(
        _ rows: Rows, of query: StaticString, catalog: PlanCatalog? = nil
    ) -> Step {
        switch rows {
        case .tenantUnknown(let tenant): .problem(.noTenant(tenant))
        case .periodUnknown(let period): .problem(.noPeriod(period))
        case .unavailable: .problem(.unreadable)
        case .metricUnknown(let metric):
            .problem(
                .refusal(
                    .metricUnknown(
                        metric.name,
                        known: catalog?.metrics.map(\.name).joined(separator: ", ") ?? ""),
                    at: .root, path: nil, catalog: catalog))
        case .outbound(.endpointUnknown(let id)): .problem(.noEndpoint("\(id)"))
        case .job, .jobs, .jobPage, .logPage, .tenantPage, .tenantSummary, .tenant,
            .explanation, .limitCheck, .keys, .usage, .ledgerPage, .overrides, .grants,
            .unenforcedPage, .whatIf, .billing, .directory, .outbound:
            preconditionFailure("the reader answered \(query) with \(rows)")
        }
    }
}
