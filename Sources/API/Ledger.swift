import Core
import HTTP
import JSON
import Store

/// `GET /v1/tenants/ID/ledger`: every charge, newest first.
enum Ledger {
    /// A page of a tenant's ledger.
    static func list(_ context: RequestContext) throws(Problem) -> Step {
        var query = QueryReader(context.request, known: ["period", "limit", "cursor"])
        var filter = LedgerFilter(tenant: try context.pathTenant())
        filter.period = query.period()
        filter.limit = query.limit()
        filter.before = query.cursor(LedgerID.self)
        try query.finish()
        return .query(.ledger(filter)) { rows, _ in
            guard case .ledgerPage(let entries, let next) = rows else {
                return .unfulfilled(rows, of: "ledger")
            }
            return .answer(.page(entries, next: next, write))
        }
    }

    private static func write(_ writer: inout JSONWriter, _ row: LedgerView) {
        writer.beginObject()
        writer.field("id", row.id.description)
        writer.time("at", row.at)
        writer.field("job", row.job?.description)
        writer.field("metric", row.metric.name)
        writer.field("period", row.period.description)
        writer.field("kind", row.entry.name)
        writer.field("source", row.source.name)
        writer.field("amount", row.amount)
        writer.field("used_after", row.usedAfter)
        writer.count("in_force", row.inForce)
        writer.endObject()
    }
}
