/// A request that was read whole and checked.
package struct Request: Sendable {
    package let method: Method
    /// The path as it was sent, percent-encoding and all, beginning with a slash; or `*`.
    package let path: String
    /// The parameters after the question mark, decoded, in order, each as often as it was sent.
    package let query: [(name: String, value: String)]
    package let body: [UInt8]
    package let version: HTTPVersion
    /// False where the client closes after the answer, or HTTP/1.0 wants it so.
    package let keepAlive: Bool
    private let fields: HeaderFields

    /// A request put together by hand, as tests do.
    package init(
        method: Method, path: String, query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = [], body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        version = .http11
        keepAlive = true
        fields = HeaderFields(headers)
    }

    init(head: RequestHead, body: [UInt8]) {
        method = head.method
        path = head.path
        query = head.query
        version = head.version
        keepAlive = head.keepAlive
        fields = head.fields
        self.body = body
    }

    /// The value of the first field with this name, in whatever case.
    package func header(_ name: StaticString) -> String? { fields.first(name) }

    /// The same as bytes, for fields that each request has.
    package func headerBytes(_ name: StaticString) -> ArraySlice<UInt8>? {
        fields.firstBytes(name)
    }

    /// The first of these names that more than one field has.
    package func repeated(of names: [StaticString]) -> StaticString? {
        names.first { fields.count($0) > 1 }
    }
}
