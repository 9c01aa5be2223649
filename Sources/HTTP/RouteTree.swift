/// The segments of all patterns as a tree in one array. A server has a dozen literals a node at
/// most, so they are compared one after the other, on bytes and without making texts. It is apart
/// from `Router` because it is not generic: looking up types at run time cost five times the match.
struct RouteTree: Sendable {
    private var nodes = [Node()]

    private struct Node: Sendable {
        var literals: [Literal] = []
        var parameter: Int?
        var endings: [Ending] = []
        var allow = ""
    }

    private struct Literal: Sendable {
        let bytes: [UInt8]
        let node: Int
    }

    private struct Ending: Sendable {
        let method: Method
        let route: Int
    }

    /// Adds the route of this number.
    mutating func insert(_ pattern: String, _ method: Method, _ route: Int) {
        precondition(pattern.utf8.first == UInt8(ascii: "/"), "'\(pattern)' begins with no slash")
        var node = 0
        for segment in pattern.utf8.dropFirst().split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        {
            node = child(of: node, Array(segment))
        }
        precondition(
            !nodes[node].endings.contains { $0.method == method },
            "\(method.name) \(pattern) has two routes")
        nodes[node].endings.append(Ending(method: method, route: route))
        nodes[node].allow = RouteTree.allow(nodes[node].endings.map(\.method))
    }

    /// The number of the route for a request.
    func match(_ method: Method, _ path: String) -> Router<Int>.Match {
        let bytes = path.utf8Span.span
        guard !bytes.isEmpty, bytes[0] == UInt8(ascii: "/") else { return .notFound }
        var places: [Range<Int>] = []
        guard let node = find(bytes, from: 1, in: 0, &places) else { return .notFound }
        let wanted = method == .head ? .get : method
        for ending in nodes[node].endings where ending.method == wanted {
            guard let parameters = RouteTree.parameters(bytes, places) else { return .notFound }
            return .found(ending.route, parameters: parameters)
        }
        return .methodNotAllowed(allow: nodes[node].allow)
    }

    /// The node with endings that the path leads to from the segment at `start`, and where the
    /// parameters stand. A literal wins over a parameter where both lead to an ending. What is
    /// looked at twice for that is bounded by the patterns and not by the path.
    private func find(
        _ path: Span<UInt8>, from start: Int, in node: Int, _ places: inout [Range<Int>]
    ) -> Int? {
        let end = path.firstIndex(of: UInt8(ascii: "/"), from: start) ?? path.count
        if let literal = literal(path, start..<end, in: node),
            let found = goOn(path, after: end, in: literal, &places)
        {
            return found
        }
        guard let parameter = nodes[node].parameter, end > start else { return nil }
        places.append(start..<end)
        if let found = goOn(path, after: end, in: parameter, &places) { return found }
        places.removeLast()
        return nil
    }

    private func goOn(
        _ path: Span<UInt8>, after end: Int, in node: Int, _ places: inout [Range<Int>]
    ) -> Int? {
        guard end == path.count else { return find(path, from: end + 1, in: node, &places) }
        return nodes[node].endings.isEmpty ? nil : node
    }

    private func literal(_ path: Span<UInt8>, _ range: Range<Int>, in node: Int) -> Int? {
        for literal in nodes[node].literals where literal.bytes.count == range.count {
            var offset = 0
            while offset < range.count, literal.bytes[offset] == path[range.lowerBound + offset] {
                offset += 1
            }
            if offset == range.count { return literal.node }
        }
        return nil
    }

    private static func parameters(_ bytes: Span<UInt8>, _ places: [Range<Int>]) -> [String]? {
        var parameters: [String] = []
        for place in places {
            guard let text = PercentEncoding.text(bytes, place, plusIsSpace: false) else {
                return nil
            }
            parameters.append(text)
        }
        return parameters
    }

    private static func allow(_ methods: [Method]) -> String {
        var names = methods.map(\.name)
        if let get = methods.firstIndex(of: .get), !methods.contains(.head) {
            names.insert("HEAD", at: get + 1)
        }
        return names.joined(separator: ", ")
    }

    private mutating func child(of node: Int, _ segment: [UInt8]) -> Int {
        if segment.first == UInt8(ascii: ":") {
            if let parameter = nodes[node].parameter { return parameter }
            nodes[node].parameter = nodes.count
        } else {
            let known = nodes[node].literals.first { $0.bytes == segment }
            if let known { return known.node }
            nodes[node].literals.append(Literal(bytes: segment, node: nodes.count))
        }
        nodes.append(Node())
        return nodes.count - 1
    }
}
