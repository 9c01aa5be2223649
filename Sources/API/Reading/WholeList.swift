import HTTP
import JSON

/// Which part of a list is shown that is read as a whole: its length is bounded, and clients page
/// it like the others.
struct WholeList {
    private let limit: Int
    private let after: String?

    /// Reads the parameters that every list has.
    init(_ request: Request) throws(Problem) {
        var query = QueryReader(request, known: ["limit", "cursor"])
        limit = query.limit()
        after = query.text("cursor")
        try query.finish()
    }

    /// The rows after the one that the cursor names, which `name` makes of them.
    func page<Row>(
        _ rows: [Row], name: (Row) -> String, _ write: (inout JSONWriter, Row) -> Void
    ) -> Response {
        var rest = rows[...]
        if let after {
            guard let last = rows.firstIndex(where: { name($0) == after }) else {
                return Problem.invalid([
                    FieldError(
                        path: "?cursor",
                        message: "'\(after.clamped(bytesMax: 100))' is not in this list, or no"
                            + " longer; begin again without a cursor")
                ]).response()
            }
            rest = rows[(last + 1)...]
        }
        let shown = [Row](rest.prefix(limit))
        let next = shown.count < rest.count ? shown.last.map(name) : nil
        return .page(shown, next: next, write)
    }
}
