import Core
import Crypto
import HTTP
import JSON
import Store

/// `GET /v1/tenants/ID/ledger`: every charge, newest first, as JSON or as CSV.
enum Ledger {
    /// How a page is written.
    private enum Format: String, CaseIterable {
        case json
        case csv
    }

    /// A page of a tenant's ledger.
    static func list(_ context: RequestContext) throws(Problem) -> Step {
        var query = QueryReader(
            context.request, known: ["period", "metric", "limit", "cursor", "format"])
        var filter = LedgerFilter(tenant: try context.pathTenant())
        filter.period = query.period()
        filter.metric = query.metric(in: context.catalog)
        filter.limit = query.limit()
        filter.before = query.cursor(LedgerID.self)
        let format = query.value("format", expected: "json or csv") { Format(rawValue: $0) }
        let isWhole = format == .csv && query.text("limit") == nil
        try query.finish()
        if isWhole { return export(filter, LedgerCSV(), pagesLeft: Limits.exportPagesMax) }
        return .query(.ledger(filter)) { rows, _ in
            guard case .ledgerPage(let entries, let next) = rows else {
                return .unfulfilled(rows, of: "ledger")
            }
            switch format ?? .json {
            case .json: return .answer(.page(entries, next: next, write))
            case .csv:
                var page = LedgerCSV()
                page.add(entries)
                return .answer(page.response(next: next))
            }
        }
    }

    /// Page after page until the end, or until the answer is as large as one may be: then its
    /// header says where the next begins. Nobody else waits for all of it, as each page is a
    /// question of its own.
    private static func export(
        _ filter: LedgerFilter, _ table: LedgerCSV, pagesLeft: Int
    ) -> Step {
        var filter = filter
        filter.limit = Limits.listPageMax
        return .query(.ledger(filter)) { [filter] rows, _ in
            guard case .ledgerPage(let entries, let next) = rows else {
                return .unfulfilled(rows, of: "ledger")
            }
            var table = table
            table.add(entries)
            guard let next, pagesLeft > 1, !table.isFull else {
                return .answer(table.response(next: next))
            }
            var rest = filter
            rest.before = next
            return export(rest, table, pagesLeft: pagesLeft - 1)
        }
    }

    /// Figures are exact here, seconds as decimals: rounded ones would not add up.
    private static func write(_ writer: inout JSONWriter, _ row: LedgerView) {
        writer.beginObject()
        writer.field("id", row.id.description)
        writer.time("at", row.at)
        writer.field("job", row.job?.description)
        writer.field("metric", row.metric.name)
        writer.field("period", row.period?.description)
        writer.field("kind", row.entry.name)
        writer.field("source", row.source.name)
        writer.key("amount")
        writer.raw([UInt8](row.metric.exact(row.amount).utf8))
        writer.key("used_after")
        writer.raw([UInt8](row.metric.exact(row.usedAfter).utf8))
        writer.field("in_force", raw: row.inForce.map { [UInt8](row.metric.exact($0).utf8) })
        writer.field("grant", row.grant?.description)
        writer.field("event", row.event)
        if let fold = row.fold {
            writer.field("count", fold.count)
            writer.field(
                "excess", raw: fold.excess.map { [UInt8](row.metric.exact($0).utf8) })
            writer.field("sha256", Hex.text(fold.hash))
        }
        writer.endObject()
    }
}
