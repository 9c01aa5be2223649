/// The part of a request before its body.
package struct RequestHead: Sendable {
    package let method: Method
    package let path: String
    package let query: [(name: String, value: String)]
    package let version: HTTPVersion
    package let keepAlive: Bool
    let fields: HeaderFields
    let framing: BodyFraming
    /// True if the client may wait for `100 Continue` before it sends the body.
    package let expectsContinue: Bool

    /// The length of the body, where the head tells it.
    package var bodyBytes: Int? {
        if case .length(let length) = framing { length } else { nil }
    }

    /// The value of the first field with this name, in whatever case.
    package func header(_ name: StaticString) -> String? { fields.first(name) }

    /// The same as bytes.
    package func headerBytes(_ name: StaticString) -> ArraySlice<UInt8>? {
        fields.firstBytes(name)
    }
}

/// How the end of a body is known.
enum BodyFraming: Hashable, Sendable {
    case length(Int)
    case chunked
}
