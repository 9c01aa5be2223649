import Core
import Crypto
import HTTP
import Store

/// Rows of the ledger for spreadsheets: RFC 4180, with a header line.
struct LedgerCSV {
    /// The text, page by page, so that no page is copied for the next.
    private var pages = [[UInt8](line(header).utf8)]
    private var byteCount = 0

    private static let header = [
        "id", "at", "job", "metric", "period", "kind", "source", "amount", "used_after",
        "in_force", "grant", "event", "count", "excess", "sha256",
    ]

    /// True if the table has grown as large as an answer may be.
    var isFull: Bool { byteCount >= Limits.exportBytesMax }

    /// More rows.
    mutating func add(_ rows: [LedgerView]) {
        var text = ""
        for row in rows { text += LedgerCSV.line(LedgerCSV.cells(row)) }
        pages.append([UInt8](text.utf8))
        byteCount += text.utf8.count
    }

    /// The table, and where the list goes on in the header `Weir-Next-Cursor`; none at the end.
    func response(next: LedgerID?) -> Response {
        let response = Response(status: 200, contentType: .csv, body: Array(pages.joined()))
        return next.map { response.with("Weir-Next-Cursor", $0.description) } ?? response
    }

    private static func cells(_ row: LedgerView) -> [String] {
        [
            row.id.description, row.at.description, row.job?.description ?? "", row.metric.name,
            row.period?.description ?? "", row.entry.name, row.source.name,
            row.metric.exact(row.amount), row.metric.exact(row.usedAfter),
            row.inForce.map(row.metric.exact) ?? "", row.grant?.description ?? "",
            row.event.map(inert) ?? "", row.fold.map { "\($0.count)" } ?? "",
            row.fold?.excess.map(row.metric.exact) ?? "",
            row.fold.map { Hex.text($0.hash) } ?? "",
        ]
    }

    /// A text from outside as no spreadsheet takes it for a formula.
    private static func inert(_ text: String) -> String {
        guard let first = text.utf8.first, "=+-@".utf8.contains(first) else { return text }
        return "'" + text
    }

    private static func line(_ cells: [String]) -> String {
        cells.map(quoted).joined(separator: ",") + "\r\n"
    }

    private static func quoted(_ cell: String) -> String {
        guard cell.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 < 0x20 }) else {
            return cell
        }
        return "\"" + cell.replacing("\"", with: "\"\"") + "\""
    }
}
