/// A request's method.
package enum Method: Hashable, Sendable {
    case get
    case head
    case post
    case put
    case patch
    case delete
    case options
    case other(String)

    /// The method that `text` names; names are case-sensitive.
    package init(_ text: String) {
        switch text {
        case "GET": self = .get
        case "HEAD": self = .head
        case "POST": self = .post
        case "PUT": self = .put
        case "PATCH": self = .patch
        case "DELETE": self = .delete
        case "OPTIONS": self = .options
        default: self = .other(text)
        }
    }

    /// The method whose name stands at `range`.
    init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        if bytes.isExactly(range, "GET") {
            self = .get
        } else if bytes.isExactly(range, "POST") {
            self = .post
        } else {
            self.init(bytes.text(range))
        }
    }

    /// As it stands in a request line.
    package var name: String {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .other(let text): text
        }
    }
}
