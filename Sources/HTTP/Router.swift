/// Finds the route of a request: patterns such as `/v1/jobs/:id/cancel`, where `:id` is any one
/// segment that is not empty. A path matches as it was sent: `/v1/%6Aobs` is not `/v1/jobs`.
package struct Router<Route: Sendable>: Sendable {
    /// What a path and a method lead to.
    package enum Match: Sendable {
        /// The parameters are decoded, in the order of the pattern. One may hold a slash that was
        /// sent as `%2F`: it was one segment and stays one.
        case found(Route, parameters: [String])
        case notFound
        /// The path exists for the methods in `allow`, which is the value of the field.
        case methodNotAllowed(allow: String)
    }

    private var tree = RouteTree()
    private let routes: [Route]

    /// A router of these routes.
    package init(_ routes: [(Method, String, Route)]) {
        for (number, (method, pattern, _)) in routes.enumerated() {
            tree.insert(pattern, method, number)
        }
        self.routes = routes.map { $0.2 }
    }

    /// The route for a request. HEAD is served as GET.
    package func match(_ method: Method, _ path: String) -> Match {
        switch tree.match(method, path) {
        case .found(let number, let parameters): .found(routes[number], parameters: parameters)
        case .notFound: .notFound
        case .methodNotAllowed(let allow): .methodNotAllowed(allow: allow)
        }
    }
}
