package import JSON

/// A refusal as `application/problem+json` tells it: what happened, with which value, what to do.
package struct Problem: Error, Sendable {
    package let status: Int
    package let code: String
    package let title: String
    package let detail: String
    package var members: [(String, ProblemValue)]
    package var retryAfterSeconds: Int?

    /// A problem under a code; `status` where it is not the code's own.
    package init(
        _ code: ProblemCode, status: Int? = nil, detail: String,
        members: [(String, ProblemValue)] = [], retryAfterSeconds: Int? = nil
    ) {
        self.status = status ?? code.status
        self.code = code.rawValue
        title = code.title
        self.detail = detail
        self.members = members
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// The whole answer.
    package func response() -> Response {
        var writer = JSONWriter(capacity: 256)
        write(into: &writer, withType: true)
        var headers: [(name: StaticString, value: String)] = []
        if let retryAfterSeconds { headers.append(("Retry-After", String(retryAfterSeconds))) }
        return Response(
            status: status, contentType: .problem, headers: headers, body: writer.bytes)
    }

    /// Writes the object; items of batch results stand without `type`.
    package func write(into writer: inout JSONWriter, withType: Bool) {
        writer.beginObject()
        if withType { writer.field("type", "/errors/" + code) }
        writer.field("title", title)
        writer.field("status", Int64(status))
        writer.field("detail", detail)
        writer.field("code", code)
        for (name, value) in members {
            writer.key(name)
            write(value, into: &writer)
        }
        writer.endObject()
    }

    private func write(_ value: ProblemValue, into writer: inout JSONWriter) {
        switch value {
        case .string(let text): writer.string(text)
        case .integer(let number): writer.integer(number)
        case .bool(let flag): writer.bool(flag)
        case .null: writer.null()
        case .raw(let bytes): writer.raw(bytes)
        case .errors(let errors):
            writer.beginArray()
            for error in errors {
                writer.beginObject()
                writer.field("path", error.path)
                writer.field("message", error.message)
                writer.endObject()
            }
            writer.endArray()
        }
    }
}
