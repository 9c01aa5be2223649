import Core
package import HTTP
import JSON
package import Store

extension Response {
    /// An answer of JSON.
    static func json(_ status: Int, _ writer: consuming JSONWriter) -> Response {
        Response(status: status, contentType: .json, body: writer.bytes)
    }

    /// An answer without a body.
    static var noContent: Response { Response(status: 204) }

    /// The answer with one more header.
    func with(_ name: StaticString, _ value: String) -> Response {
        var response = self
        response.headers.append((name: name, value: value))
        return response
    }

    /// The answer, marked where it repeats an earlier one.
    func replayed(_ isReplay: Bool) -> Response {
        isReplay ? with("Idempotency-Replayed", "true") : self
    }

    /// A page of a list; `row` writes one item.
    static func page<Row, ID: CustomStringConvertible>(
        _ rows: [Row], next: ID?, _ row: (inout JSONWriter, Row) -> Void
    ) -> Response {
        var writer = JSONWriter(capacity: 64 + rows.count * 256)
        writer.beginObject()
        writer.key("items")
        writer.beginArray()
        for item in rows { row(&writer, item) }
        writer.endArray()
        writer.field("next_cursor", next?.description)
        writer.endObject()
        return .json(200, writer)
    }

    /// Adds the quota headers (API §2). Unlimited plans have no limit and nothing remaining.
    package mutating func addQuota(_ quota: QuotaView) {
        headers.reserveCapacity(headers.count + 5)
        headers.append((name: "Weir-Plan", value: quota.plan))
        if let limit = quota.limit.units {
            headers.append((name: "Weir-Quota-Limit", value: String(limit)))
        }
        headers.append((name: "Weir-Quota-Used", value: String(quota.used)))
        if let remaining = quota.remaining {
            headers.append((name: "Weir-Quota-Remaining", value: String(remaining)))
        }
        headers.append((name: "Weir-Quota-Reset", value: quota.resetsAt.description))
    }
}
