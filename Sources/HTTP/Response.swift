/// An answer.
package struct Response: Sendable {
    /// What a body is.
    package enum ContentType: Hashable, Sendable {
        case none
        case json
        case problem
        case text
        /// Of RFC 4180, with a header line.
        case csv

        /// The value of the field.
        package var value: StaticString? {
            switch self {
            case .none: nil
            case .json: "application/json"
            case .problem: "application/problem+json"
            case .text: "text/plain; charset=utf-8"
            case .csv: "text/csv; charset=utf-8; header=present"
            }
        }
    }

    package var status: Int
    package var contentType: ContentType
    package var headers: [(name: StaticString, value: String)]
    package var body: [UInt8]
    /// Whose share of the server's memory it counts in while it waits for a slow reader; nil of
    /// who may have all there is.
    package var sharer: String? = Response.stranger

    /// The share of all who show no key.
    package static let stranger = ""

    /// An answer with this status.
    package init(
        status: Int, contentType: ContentType = .none,
        headers: [(name: StaticString, value: String)] = [], body: [UInt8] = []
    ) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }
}
