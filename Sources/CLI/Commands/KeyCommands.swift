import JSON

/// `weir keys …`.
enum KeyCommands {
    static let all = [list, create, revoke]

    private static let list = Command(
        name: "keys", arguments: "", summary: "List the keys of a tenant, or those of none.",
        argumentsMin: 0, argumentsMax: 0,
        options: Remote.options + [tenantOption] + Remote.pageOptions,
        run: { arguments in
            let remote = try Remote(arguments)
            remote.showItems(
                try remote.send("GET", base(arguments) + URLText.page(arguments)),
                [
                    ("id", "id"), ("scope", "scope"), ("queues", "queues"),
                    ("created at", "created_at"),
                ])
            return .ok
        })

    private static let create = Command(
        name: "keys create", arguments: "SCOPE",
        summary:
            "Make a key: admin or worker; with --tenant also tenant or owner. It is shown once.",
        argumentsMin: 0, argumentsMax: 1,
        options: Remote.options + [
            tenantOption, Option("queues", "A,B", "bind a worker key to these queues"),
        ],
        run: { arguments in
            try checkScope(arguments)
            let remote = try Remote(arguments)
            var writer = JSONWriter()
            writer.beginObject()
            writer.field("scope", arguments.positionals[0])
            if let queues = arguments.value("queues") {
                writer.key("queues")
                writer.beginArray()
                for queue in queues.split(separator: ",") { writer.string(String(queue)) }
                writer.endArray()
            }
            writer.endObject()
            remote.showObject(
                try remote.send("POST", base(arguments), body: writer.bytes), ["id", "key"])
            return .ok
        })

    private static let revoke = Command(
        name: "keys revoke", arguments: "KEY_ID", summary: "Take a key back, at once.",
        argumentsMin: 1, argumentsMax: 1, options: Remote.options + [tenantOption],
        run: { arguments in
            let remote = try Remote(arguments)
            let id = arguments.positionals[0]
            let document = try remote.send(
                "DELETE", base(arguments) + "/" + URLText.escape(id))
            remote.show(document) { _ in Terminal.line("key \(id) is revoked") }
            return .ok
        })

    /// The server would name the scopes that there are, and not the flag that is missing.
    private static func checkScope(_ arguments: Arguments) throws(Arguments.UsageError) {
        let scopes = "admin or worker, or with --tenant ID tenant, owner or worker"
        guard let scope = arguments.positionals.first else {
            throw Arguments.UsageError(message: "'keys create' needs SCOPE: \(scopes)")
        }
        let hasTenant = arguments.value("tenant") != nil
        switch scope {
        case "worker": return
        case "tenant", "owner":
            guard !hasTenant else { break }
            throw Arguments.UsageError(
                message: "a key of scope '\(scope)' is of one tenant: name it with --tenant ID")
        case "admin":
            guard hasTenant else { break }
            throw Arguments.UsageError(
                message: "an admin key is of no tenant: leave --tenant out, or make one of scope"
                    + " tenant, owner or worker")
        default:
            throw Arguments.UsageError(message: "SCOPE is \(scopes); not '\(scope)'")
        }
        guard arguments.value("queues") == nil else {
            throw Arguments.UsageError(
                message: "--queues is for worker keys, not for one of scope '\(scope)'")
        }
    }

    private static let tenantOption = Option("tenant", "ID", "the tenant whose keys these are")

    private static func base(_ arguments: Arguments) -> String {
        guard let tenant = arguments.value("tenant") else { return "/v1/keys" }
        return "/v1/tenants/\(URLText.escape(tenant))/keys"
    }
}
