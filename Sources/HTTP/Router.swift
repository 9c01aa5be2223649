/// Finds the route of a request: patterns such as `/v1/jobs/:id/cancel`, where `:id` is any one
/// segment that is not empty.
package struct Router<Route: Sendable>: Sendable {
    /// What a path and a method lead to.
    package enum Match: Sendable {
        case found(Route, parameters: [String])
        case notFound
        /// The path exists for the methods in `allow`.
        case methodNotAllowed(allow: String)
    }

    /// The segments that may follow, and what ends here.
    private struct Node: Sendable {
        var children: [String: Node] = [:]
        var parameter: [Node] = []
        var routes: [(method: Method, route: Route)] = []
    }

    private var root = Node()

    /// A router of these routes.
    package init(_ routes: [(Method, String, Route)]) {
        for (method, pattern, route) in routes {
            let segments = pattern.split(separator: "/").map(String.init)
            Router.insert(segments[...], method: method, route: route, into: &root)
        }
    }

    /// The route for a request. HEAD is served as GET.
    package func match(_ method: Method, _ path: String) -> Match {
        guard path.utf8.first == UInt8(ascii: "/") else { return .notFound }
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        var parameters: [String] = []
        guard let node = Router.find(segments[...], in: root, &parameters), !node.routes.isEmpty
        else { return .notFound }
        let wanted = method == .head ? .get : method
        if let found = node.routes.first(where: { $0.method == wanted }) {
            return .found(found.route, parameters: parameters)
        }
        return .methodNotAllowed(allow: node.routes.map(\.method.name).joined(separator: ", "))
    }

    private static func insert(
        _ segments: ArraySlice<String>, method: Method, route: Route, into node: inout Node
    ) {
        guard let first = segments.first else {
            node.routes.append((method, route))
            return
        }
        if first.utf8.first == UInt8(ascii: ":") {
            if node.parameter.isEmpty { node.parameter.append(Node()) }
            insert(segments.dropFirst(), method: method, route: route, into: &node.parameter[0])
        } else {
            insert(
                segments.dropFirst(), method: method, route: route,
                into: &node.children[first, default: Node()])
        }
    }

    /// A literal segment wins over a parameter.
    private static func find(
        _ segments: ArraySlice<Substring>, in node: Node, _ parameters: inout [String]
    ) -> Node? {
        guard let first = segments.first else { return node }
        if let child = node.children[String(first)],
            let found = find(segments.dropFirst(), in: child, &parameters)
        {
            return found
        }
        guard let child = node.parameter.first, !first.isEmpty,
            let value = RequestTarget.decode(segment: first)
        else { return nil }
        parameters.append(value)
        if let found = find(segments.dropFirst(), in: child, &parameters) { return found }
        parameters.removeLast()
        return nil
    }
}
