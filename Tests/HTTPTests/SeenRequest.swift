import HTTP

/// What of a request two runs are compared by.
struct SeenRequest: Equatable, CustomStringConvertible {
    let method: Method
    let path: String
    let query: [String]
    let headers: [String?]
    let body: String
    let version: HTTPVersion
    let keepAlive: Bool

    init(_ request: Request) {
        method = request.method
        path = request.path
        query = request.query.map { "\($0.name)=\($0.value)" }
        headers = [
            request.header("host"), request.header("X-A"), request.header("content-type"),
            request.header("Content-Length"), request.header("absent"),
        ]
        body = String(decoding: request.body, as: UTF8.self)
        version = request.version
        keepAlive = request.keepAlive
    }

    var description: String { "\(method.name) \(path) \(query) \(headers) '\(body)'" }
}
