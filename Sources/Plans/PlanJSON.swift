package import Core
package import JSON

/// Plans in answers.
package enum PlanJSON {
    /// Whom an answer is for.
    package enum Audience: Sendable, CaseIterable {
        /// Anybody: what a page of prices shows.
        case everyone
        /// Who runs the server: also what the payment provider calls each price.
        case admin
    }

    /// Writes a plan as one object.
    package static func write(
        _ writer: inout JSONWriter, plan: Plan, for audience: Audience = .everyone
    ) {
        let terms = plan.terms
        writer.beginObject()
        writer.field("id", plan.id)
        writer.field("version", plan.version)
        writer.field("name", plan.name)
        writer.field("rank", plan.rank)
        switch audience {
        case .everyone: TermsWriter.openPrices(terms, &writer)
        case .admin: TermsWriter.prices(terms, &writer, showsProvider: true)
        }
        TermsWriter.limits(terms, &writer, keepsNulls: true)
        TermsWriter.costs(terms, &writer)
        TermsWriter.features(terms, &writer)
        TermsWriter.kinds(terms, &writer)
        writer.field("max_running", terms.runningMax.map { Int64($0) })
        writer.field("weight", terms.weight)
        if let rate = terms.rate {
            TermsWriter.rate(rate, &writer)
        } else {
            writer.field("rate", raw: nil)
        }
        writer.field("max_held", terms.heldMax)
        writer.field("max_waiting", terms.waitingMax)
        writer.field("max_payload", terms.payloadBytesMax)
        writer.field("retention_days", terms.retentionDays)
        writer.field("period", terms.period.name)
        writer.endObject()
    }
}
