import HTTP

/// A request as a parser gave it, and where it ended.
struct SeenRequest: Equatable {
    let request: Request
    let end: Int

    init(_ request: Request, end: Int) {
        self.request = request
        self.end = end
    }

    /// The fields that readers are compared by.
    var fields: [String?] {
        [
            request.header("Host"), request.header("content-type"), request.header("X-A"),
            request.header("CONTENT-LENGTH"), request.header("connection"),
        ]
    }

    var isHTTP10: Bool {
        switch request.version {
        case .http10: true
        case .http11: false
        }
    }

    static func == (left: SeenRequest, right: SeenRequest) -> Bool {
        left.request.method == right.request.method && left.request.path == right.request.path
            && left.request.query.elementsEqual(right.request.query, by: ==)
            && left.request.body == right.request.body && left.isHTTP10 == right.isHTTP10
            && left.request.keepAlive == right.request.keepAlive && left.fields == right.fields
            && left.end == right.end
    }
}
