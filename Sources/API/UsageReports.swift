import Core
import HTTP
import JSON
import Store

/// `GET /v1/tenants/ID/usage` and `GET /v1/billing/usage`: what a tenant has used in a period.
enum UsageReports {
    /// The report of a tenant, for the current period unless another is named.
    static func read(_ context: RequestContext, tenant: String) throws(Problem) -> Step {
        var query = QueryReader(context.request, known: ["period"])
        let period = query.period()
        try query.finish()
        let now = context.now
        return .query(.usage(tenant: tenant, period: period)) { rows, _ in
            guard case .usage(let usage) = rows else { return .unfulfilled(rows, of: "usage") }
            return .answer(response(usage, at: now))
        }
    }

    private static func response(_ view: UsageView, at now: Timestamp) -> Response {
        let used = view.usage.total
        let limit = view.limit.units
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.key("period")
        writer.beginObject()
        writer.field("key", view.period.description)
        writer.time("start", view.period.start)
        writer.time("end", view.period.end)
        writer.endObject()
        writer.key("metrics")
        writer.beginObject()
        writer.key(Metric.jobs.name)
        writer.beginObject()
        writer.field("used", used)
        writer.count("limit", limit)
        writer.count("remaining", view.limit.remaining(used: used))
        writer.count("percent", limit.flatMap { percent(used: used, limit: $0) })
        writer.field("overage", view.usage.overage)
        writer.field("over_soft", Int64(0))
        writer.field("unenforced", Int64(0))
        writer.time("resets_at", view.period.end)
        writer.field("projected", projected(used: used, period: view.period, at: now))
        writer.endObject()
        writer.endObject()
        writer.key("alerts")
        writer.beginArray()
        writer.endArray()
        writer.endObject()
        return .json(200, writer)
    }

    /// How much of the limit is used, rounded down; nil where the limit is nothing.
    private static func percent(used: Int64, limit: Int64) -> Int64? {
        guard limit > 0 else { return nil }
        let (hundredfold, overflow) = used.multipliedReportingOverflow(by: 100)
        return overflow ? used / limit * 100 : hundredfold / limit
    }

    /// What the period will have used at its end if it goes on as it has begun.
    private static func projected(used: Int64, period: Period, at now: Timestamp) -> Int64 {
        let passed = now.since(period.start)
        let whole = period.end.since(period.start)
        guard passed > 0, passed < whole else { return used }
        let projected = Double(used) * Double(whole) / Double(passed)
        return Int64(exactly: projected.rounded()) ?? used
    }
}

extension QueryReader {
    /// A month such as `2026-11`.
    mutating func period() -> Period? {
        value("period", expected: "a month such as 2026-11") { Period(text: $0) }
    }
}
