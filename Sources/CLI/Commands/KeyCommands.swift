import JSON

/// `weir keys …`.
enum KeyCommands {
    static let all = [list, create, revoke]

    private static let list = Command(
        name: "keys", arguments: "", summary: "List the keys of a tenant, or those of none.",
        argumentsMin: 0, argumentsMax: 0, options: Remote.options + [tenantOption],
        run: { arguments in
            let remote = try Remote(arguments)
            remote.showItems(
                try remote.send("GET", base(arguments)),
                [
                    ("id", "id"), ("scope", "scope"), ("queues", "queues"),
                    ("created at", "created_at"),
                ])
            return .ok
        })

    private static let create = Command(
        name: "keys create", arguments: "SCOPE",
        summary: "Make a key: admin or worker; with --of also tenant or owner. It is shown once.",
        argumentsMin: 1, argumentsMax: 1,
        options: Remote.options + [
            tenantOption, Option("queues", "A,B", "bind a worker key to these queues"),
        ],
        run: { arguments in
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

    private static let tenantOption = Option("of", "TENANT", "the tenant that the key is of")

    private static func base(_ arguments: Arguments) -> String {
        guard let tenant = arguments.value("of") else { return "/v1/keys" }
        return "/v1/tenants/\(URLText.escape(tenant))/keys"
    }
}
