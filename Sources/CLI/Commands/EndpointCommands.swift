import JSON

/// `weir endpoints …`: where a tenant is told of events.
enum EndpointCommands {
    static let all = [list, create, update, remove, rotate, deliveries, replay]

    private static let shown: [StaticString] = [
        "id", "url", "events", "enabled", "disabled_reason", "failing_since",
    ]
    private static let options = Remote.options + [Remote.tenantOption]
    private static let eventsOption = Option(
        "events", "A,B", "only these types, such as job.dead; all of them")

    private static let list = Command(
        name: "endpoints", arguments: "", summary: "List where a tenant is told of events.",
        argumentsMin: 0, argumentsMax: 0, options: options,
        run: { arguments in
            let remote = try Remote(arguments)
            remote.showItems(
                try remote.send("GET", base),
                [
                    ("id", "id"), ("url", "url"), ("events", "events"), ("enabled", "enabled"),
                    ("disabled reason", "disabled_reason"), ("failing since", "failing_since"),
                ])
            return .ok
        })

    private static let create = Command(
        name: "endpoints create", arguments: "URL",
        summary: "Tell a tenant's URL of events. The secret that signs them is shown once.",
        argumentsMin: 1, argumentsMax: 1, options: options + [eventsOption],
        run: { arguments in
            let remote = try Remote(arguments)
            var writer = JSONWriter()
            writer.beginObject()
            writer.field("url", arguments.positionals[0])
            writer.events(arguments)
            writer.endObject()
            remote.showObject(
                try remote.send("POST", base, body: writer.bytes), ["id", "secret", "url"])
            return .ok
        })

    private static let update = Command(
        name: "endpoints update", arguments: "ENDPOINT",
        summary: "Change an endpoint, or turn it on or off.", argumentsMin: 1, argumentsMax: 1,
        options: options + [
            eventsOption, Option("to", "URL", "where events are sent from now on"),
            Option("enabled", "true|false", "on again, or off"),
        ],
        run: { arguments in
            let remote = try Remote(arguments)
            var writer = JSONWriter()
            writer.beginObject()
            if let url = arguments.value("to") { writer.field("url", url) }
            writer.events(arguments)
            switch arguments.value("enabled") {
            case "true": writer.field("enabled", true)
            case "false": writer.field("enabled", false)
            case nil: break
            case let text?:
                throw Arguments.UsageError(message: "--enabled is true or false, not '\(text)'")
            }
            writer.endObject()
            remote.showObject(
                try remote.send("PATCH", path(arguments), body: writer.bytes), shown)
            return .ok
        })

    private static let remove = Command(
        name: "endpoints delete", arguments: "ENDPOINT",
        summary: "Delete an endpoint with its deliveries.", argumentsMin: 1, argumentsMax: 1,
        options: options,
        run: { arguments in
            let remote = try Remote(arguments)
            let document = try remote.send("DELETE", path(arguments))
            remote.show(document) { _ in
                Terminal.line("endpoint \(arguments.positionals[0]) is deleted")
            }
            return .ok
        })

    private static let rotate = Command(
        name: "endpoints rotate", arguments: "ENDPOINT",
        summary: "Make another secret; the one before signs beside it for a while.",
        argumentsMin: 1, argumentsMax: 1,
        options: options + [Option("overlap", "TIME", "for so long; 24h")],
        run: { arguments in
            let remote = try Remote(arguments)
            var writer = JSONWriter()
            writer.beginObject()
            if let overlap = arguments.value("overlap") { writer.field("overlap", overlap) }
            writer.endObject()
            remote.showObject(
                try remote.send("POST", path(arguments) + "/rotate", body: writer.bytes),
                ["id", "secret", "old_secret_ends_at"])
            return .ok
        })

    private static let deliveries = Command(
        name: "endpoints deliveries", arguments: "ENDPOINT",
        summary: "List what became of the events for an endpoint, newest first.",
        argumentsMin: 1, argumentsMax: 1,
        options: options + [
            Option("state", "STATE", "pending, succeeded, failed or dropped"),
            Option("cursor", "ID", "go on where a page ended"),
        ],
        run: { arguments in
            let remote = try Remote(arguments)
            let query = ["state", "cursor"].compactMap { name in
                arguments.value(name).map { "\(name)=\(URLText.escape($0))" }
            }.joined(separator: "&")
            remote.showItems(
                try remote.send(
                    "GET", path(arguments) + "/deliveries" + (query.isEmpty ? "" : "?" + query)),
                [
                    ("id", "id"), ("type", "type"), ("at", "at"), ("state", "state"),
                    ("tries", "tries"), ("status", "status"), ("next at", "next_at"),
                    ("error", "error"),
                ])
            return .ok
        })

    private static let replay = Command(
        name: "endpoints replay", arguments: "ENDPOINT [DELIVERY]",
        summary: "Send one event again, or with --since all that failed.", argumentsMin: 1,
        argumentsMax: 2,
        options: options + [
            Option("since", "TIME", "all that failed since, such as 2026-12-01T00:00:00Z")
        ],
        run: { arguments in
            let remote = try Remote(arguments)
            if arguments.positionals.count == 2 {
                let id = URLText.escape(arguments.positionals[1])
                remote.showObject(
                    try remote.send("POST", path(arguments) + "/deliveries/\(id)/replay"),
                    ["id", "type", "state", "next_at"])
                return .ok
            }
            guard let since = arguments.value("since") else {
                throw Arguments.UsageError(
                    message: "'endpoints replay' needs a DELIVERY, or --since TIME")
            }
            var writer = JSONWriter()
            writer.beginObject()
            writer.field("since", since)
            writer.endObject()
            remote.showObject(
                try remote.send("POST", path(arguments) + "/replay", body: writer.bytes),
                ["replayed", "more"])
            return .ok
        })

    private static let base = "/v1/webhook-endpoints"

    private static func path(_ arguments: Arguments) -> String {
        base + "/" + URLText.escape(arguments.positionals[0])
    }
}

extension JSONWriter {
    /// The types of events that `--events` names; nothing where it is not given.
    fileprivate mutating func events(_ arguments: Arguments) {
        guard let text = arguments.value("events") else { return }
        key("events")
        beginArray()
        for type in text.split(separator: ",") { string(String(type)) }
        endArray()
    }
}
