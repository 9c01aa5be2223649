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

    /// A page of a list in the order of its names. It goes on where the cursor's row was, though
    /// that has gone since.
    func page<Row, Name: Comparable & CustomStringConvertible>(
        _ rows: [Row], inOrderOf name: (Row) -> Name, read: (String) -> Name?,
        _ write: (inout JSONWriter, Row) -> Void
    ) -> Response {
        var rest = rows[...]
        if let after {
            guard let last = read(after) else { return unknown(after) }
            rest = rows.drop { name($0) <= last }
        }
        return page(rest, name: { name($0).description }, write)
    }

    /// A page of a list that is in an order of its own: the cursor's row must be there.
    func page<Row>(
        _ rows: [Row], name: (Row) -> String, _ write: (inout JSONWriter, Row) -> Void
    ) -> Response {
        var rest = rows[...]
        if let after {
            guard let last = rows.firstIndex(where: { name($0) == after }) else {
                return unknown(after)
            }
            rest = rows[(last + 1)...]
        }
        return page(rest, name: name, write)
    }

    private func page<Row>(
        _ rest: ArraySlice<Row>, name: (Row) -> String, _ write: (inout JSONWriter, Row) -> Void
    ) -> Response {
        let shown = [Row](rest.prefix(limit))
        let next = shown.count < rest.count ? shown.last.map(name) : nil
        return .page(shown, next: next, write)
    }

    private func unknown(_ cursor: String) -> Response {
        Problem.invalid([
            FieldError(
                path: "?cursor",
                message: "'\(cursor.clamped(bytesMax: 100))' is not in this list, or no longer;"
                    + " begin again without a cursor")
        ]).response()
    }
}
