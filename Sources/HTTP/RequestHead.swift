/// The part of a request before its body.
package struct RequestHead: Sendable {
    package let method: Method
    package let path: String
    package let query: [(name: String, value: String)]
    package let version: HTTPVersion
    package let keepAlive: Bool
    let fields: HeaderFields
    let framing: BodyFraming
    let expectsContinue: Bool
}

/// How the end of a body is known.
enum BodyFraming: Hashable, Sendable {
    case length(Int)
    case chunked
}
