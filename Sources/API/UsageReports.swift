import Core
import HTTP
import JSON
import Store

/// `GET /v1/tenants/ID/usage`, `GET /v1/billing/usage` with one metric of it, and
/// `GET /v1/billing/quotas`: what a tenant has used in a period, and of what.
struct UsageReports {
    /// Less than this tells of no pace.
    private static let paceMilliseconds: Int64 = 3_600_000

    private let view: UsageView
    private let catalog: PlanCatalog
    private let now: Timestamp

    /// The report of a tenant, for the current period unless another is named.
    static func read(_ context: RequestContext, tenant: String) throws(Problem) -> Step {
        try query(context, tenant: tenant) { $0.response(.all) }
    }

    /// The same of one metric.
    static func readMetric(_ context: RequestContext) throws(Problem) -> Step {
        let name = context.parameters[0]
        guard let metric = context.pathMetric(0), context.catalog.metrics.contains(metric) else {
            throw .noMetric(name, catalog: context.catalog)
        }
        return try query(context, tenant: context.actingTenant()) { $0.response(.metric(metric)) }
    }

    /// The figures of every metric, without alerts and history.
    static func readQuotas(_ context: RequestContext) throws(Problem) -> Step {
        try query(context, tenant: context.actingTenant()) { $0.response(.quotas) }
    }

    private static func query(
        _ context: RequestContext, tenant: String,
        _ response: @escaping (UsageReports) -> Response
    ) throws(Problem) -> Step {
        var query = QueryReader(context.request, known: ["period"])
        let period = query.period()
        try query.finish()
        let catalog = context.catalog
        let now = context.now
        return .query(.usage(tenant: tenant, period: period)) { rows, _ in
            guard case .usage(let view) = rows else { return .unfulfilled(rows, of: "usage") }
            return .answer(response(UsageReports(view: view, catalog: catalog, now: now)))
        }
    }

    /// How much of a report is asked for.
    private enum Extent {
        case all
        case metric(Metric)
        case quotas

        func covers(_ metric: Metric) -> Bool {
            switch self {
            case .all, .quotas: true
            case .metric(let only): metric == only
            }
        }

        var hasHistory: Bool {
            switch self {
            case .all, .metric: true
            case .quotas: false
            }
        }
    }

    private func response(_ extent: Extent) -> Response {
        var writer = JSONWriter(capacity: 1_024)
        writer.beginObject()
        writer.period(view.period, end: view.resetsAt)
        writer.key("metrics")
        writer.beginObject()
        for account in view.accounts where extent.covers(account.metric) {
            write(account, &writer)
        }
        writer.endObject()
        if extent.hasHistory {
            writeAlerts(extent, &writer)
            writeHistory(extent, &writer)
        }
        writer.endObject()
        return .json(200, writer)
    }

    private func write(_ account: Account, _ writer: inout JSONWriter) {
        let metric = account.metric
        let usage = account.usage
        // A gauge has a value, which no period brings back to nothing and no pace takes on.
        let isGauge = catalog.type(of: metric) == .gauge
        writer.key(metric.name)
        writer.beginObject()
        writer.field("used", metric.shown(usage.total))
        // Of a period that is over the ledger has what was in force at each charge; what is now in
        // force is not what was.
        if !view.isOver {
            writer.count("limit", account.limit.units.map(metric.shown))
            writer.count("remaining", account.shownRemaining.map(metric.shownRest))
            writer.count("percent", percent(account))
        }
        writer.field("overage", metric.shown(usage.overage))
        writer.field("over_soft", metric.shown(usage.overSoft))
        writer.field("unenforced", metric.shown(usage.unenforced))
        writer.time("resets_at", isGauge ? nil : view.resetsAt)
        if !view.isOver {
            writer.count("projected", isGauge ? nil : metric.shown(projected(account)))
        }
        writer.endObject()
    }

    /// How much of the limit is used, rounded down; nil where the limit is nothing.
    private func percent(_ account: Account) -> Int64? {
        guard let limit = account.limit.units, limit > 0 else { return nil }
        let used = account.usage.total
        let (hundredfold, overflow) = used.multipliedReportingOverflow(by: 100)
        return overflow ? used / limit * 100 : hundredfold / limit
    }

    /// What the period will have used at its end if it goes on as it has begun. Where the limit of
    /// jobs is hard, nothing starts past it but what was agreed as overage, so a pace that would
    /// lead further leads to what may be used: there the jobs wait. Other metrics are reported
    /// after the fact, and may go past a hard limit too.
    private func projected(_ account: Account) -> Int64 {
        let used = account.usage.total
        // A tenant that came in the middle has had only the rest of the period.
        let start = max(view.period.start, view.tenantSince)
        let whole = view.resetsAt.since(start)
        // What came within minutes is no pace.
        let passed = max(now.since(start), UsageReports.paceMilliseconds)
        guard passed < whole else { return used }
        let pace = (Double(used) * Double(whole) / Double(passed)).rounded()
        let projected = Int64(min(pace, Double(Limits.amountMax)))
        guard account.metric == .jobs, account.budget < .max else { return projected }
        return min(projected, used + max(0, account.budget))
    }

    private func writeAlerts(_ extent: Extent, _ writer: inout JSONWriter) {
        writer.key("alerts")
        writer.beginArray()
        for alert in view.alerts where extent.covers(alert.metric) {
            writer.beginObject()
            writer.field("metric", alert.metric.name)
            writer.field("threshold", alert.threshold)
            writer.time("at", alert.at)
            writer.endObject()
        }
        writer.endArray()
    }

    /// The periods before, newest first, each with the metrics that were counted in it.
    private func writeHistory(_ extent: Extent, _ writer: inout JSONWriter) {
        var past = view.history.filter { extent.covers($0.metric) }[...]
        writer.key("history")
        writer.beginArray()
        while let period = past.first?.period {
            let ofPeriod = past.prefix { $0.period == period }
            past = past.dropFirst(ofPeriod.count)
            writer.beginObject()
            writer.period(period)
            writer.key("metrics")
            writer.beginObject()
            for past in ofPeriod { write(past, &writer) }
            writer.endObject()
            writer.endObject()
        }
        writer.endArray()
    }

    private func write(_ past: PastUsage, _ writer: inout JSONWriter) {
        writer.key(past.metric.name)
        writer.beginObject()
        writer.field("used", past.metric.shown(past.usage.total))
        writer.field("overage", past.metric.shown(past.usage.overage))
        writer.field("over_soft", past.metric.shown(past.usage.overSoft))
        writer.field("unenforced", past.metric.shown(past.usage.unenforced))
        writer.endObject()
    }
}
