/// The bodies of requests, as JSON text.
enum Bodies {
    static func complete(_ tokens: [String], _ rest: String = "") -> String {
        let items = tokens.map { "{\"token\":\"\($0)\",\"result\":{\"ok\":true}\(rest)}" }
        return "{\"results\":[\(items.joined(separator: ","))]}"
    }

    static func fail(_ token: String, _ rest: String) -> String {
        "{\"results\":[{\"token\":\"\(token)\",\"error\":{\"message\":\"no\"}\(rest)}]}"
    }

    static func release(_ token: String, delay: Int) -> String {
        "{\"tokens\":[\"\(token)\"],\"delay\":\(delay)}"
    }

    static func heartbeat(_ tokens: [String], _ rest: String = "") -> String {
        let items = tokens.map { "{\"token\":\"\($0)\"\(rest)}" }
        return "{\"leases\":[\(items.joined(separator: ","))]}"
    }
}
