import Core
import HTTP
import JSON
import Store

/// `GET /v1/audit` and `GET /v1/tenants/ID/audit`: who changed a tenant's plan or status, and every
/// event that came.
enum AuditReads {
    /// The latest line first; of one tenant where it is named.
    static func list(_ context: RequestContext, tenant: String?) throws(Problem) -> Step {
        var query = QueryReader(context.request, known: ["limit", "cursor"])
        let limit = query.limit()
        let before = query.cursor(AuditID.self)
        try query.finish()
        return .query(.billing(.audit(tenant: tenant, before: before, limit: limit))) { rows, _ in
            guard case .billing(.audit(let views, let next)) = rows else {
                return .unfulfilled(rows, of: "audit")
            }
            return .answer(.page(views, next: next, write))
        }
    }

    private static func write(_ writer: inout JSONWriter, _ view: AuditView) {
        let row = view.row
        writer.beginObject()
        writer.field("id", row.id.description)
        writer.time("at", row.at)
        writer.field("tenant", view.tenant)
        writer.field("actor", row.actor)
        writer.field("action", row.action)
        writer.field("outcome", row.outcome?.name)
        writer.key("before")
        standpoint(row.before, &writer)
        writer.key("after")
        standpoint(row.after, &writer)
        writer.field("event", row.event)
        writer.endObject()
    }

    private static func standpoint(
        _ standpoint: AuditRow.Standpoint?, _ writer: inout JSONWriter
    ) {
        guard let standpoint else { return writer.null() }
        writer.beginObject()
        writer.field("plan", standpoint.plan.id)
        writer.field("plan_version", standpoint.plan.version)
        writer.field("status", standpoint.status.name)
        writer.endObject()
    }
}
