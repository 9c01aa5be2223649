import JSON

/// `weir overrides …`, `weir grants …` and `weir enforcement`: what operators change of limits.
enum MeterCommands {
    static let all = [
        overrides, putOverride, removeOverride, grants, addGrant, revokeGrant, enforcement,
    ]

    // MARK: Overrides

    private static let overrides = Command(
        name: "overrides", arguments: "TENANT",
        summary: "List the limits that a tenant has in place of its plan's.", argumentsMin: 1,
        argumentsMax: 1, options: Remote.options,
        run: { arguments in
            let remote = try Remote(arguments)
            let answer = try remote.send("GET", path(arguments, "overrides?limit=500"))
            remote.show(answer) { document in
                guard let items = document.member(document.root, "items") else { return }
                show(document.elements(of: items), of: document)
            }
            return .ok
        })

    private static func show(_ overrides: some Sequence<JSONNode>, of document: JSONDocument) {
        let rows = overrides.map { override in
            // Nothing to see here would be taken for no limit of the tenant's own.
            let isUnlimited = document.member(override, "limit")?.kind == .null
            return [
                document.shown(override, "metric"),
                isUnlimited ? "unlimited" : document.shown(override, "limit"),
                document.shown(override, "until"), document.shown(override, "reason"),
            ]
        }
        Terminal.table([["metric", "limit", "until", "reason"]] + rows)
    }

    private static let putOverride = Command(
        name: "overrides set", arguments: "TENANT METRIC LIMIT",
        summary: "Give a tenant a limit of its own: a number, or 'unlimited'.", argumentsMin: 3,
        argumentsMax: 3,
        options: Remote.options + [
            Option(
                "until", "TIME", "when the plan's limit holds again, such as 2026-12-31T00:00:00Z"),
            Option("reason", "TEXT", "why, for those who look later"),
        ],
        run: { arguments in
            let remote = try Remote(arguments)
            let limit = arguments.positionals[2]
            var writer = JSONWriter()
            writer.beginObject()
            writer.field("metric", arguments.positionals[1])
            writer.key("limit")
            if limit == "unlimited" { writer.null() } else { writer.numberOrText(limit) }
            if let until = arguments.value("until") { writer.field("until", until) }
            if let reason = arguments.value("reason") { writer.field("reason", reason) }
            writer.endObject()
            let document = try remote.send(
                "POST", path(arguments, "overrides"), body: writer.bytes)
            remote.show(document) { show([$0.root], of: $0) }
            return .ok
        })

    private static let removeOverride = Command(
        name: "overrides remove", arguments: "TENANT METRIC",
        summary: "Take a tenant's own limit away; its plan's holds again.", argumentsMin: 2,
        argumentsMax: 2, options: Remote.options,
        run: { arguments in
            let remote = try Remote(arguments)
            let metric = URLText.escape(arguments.positionals[1])
            let document = try remote.send("DELETE", path(arguments, "overrides/\(metric)"))
            remote.show(document) { _ in
                Terminal.line("tenant \(arguments.positionals[0]) has its plan's limit again")
            }
            return .ok
        })

    // MARK: Grants

    private static let grants = Command(
        name: "grants", arguments: "TENANT",
        summary: "List what a tenant was granted beyond its plan, newest first.",
        argumentsMin: 1, argumentsMax: 1, options: Remote.options + Remote.pageOptions,
        run: { arguments in
            let remote = try Remote(arguments)
            remote.showItems(
                try remote.send("GET", path(arguments, "grants") + URLText.page(arguments)),
                [
                    ("id", "id"), ("metric", "metric"), ("amount", "amount"),
                    ("remaining", "remaining"), ("state", "state"), ("source", "source"),
                    ("expires at", "expires_at"),
                ])
            return .ok
        })

    private static let addGrant = Command(
        name: "grants add", arguments: "TENANT AMOUNT SOURCE",
        summary: "Grant a tenant units beyond its plan; the same source again grants nothing.",
        argumentsMin: 3, argumentsMax: 3,
        options: Remote.options + [
            Option("metric", "METRIC", "of what; jobs"),
            Option("from", "TIME", "when it begins; now"),
            Option("until", "TIME", "when the rest of it is void; never"),
        ],
        run: { arguments in
            let remote = try Remote(arguments)
            var writer = JSONWriter()
            writer.beginObject()
            writer.field("metric", arguments.value("metric") ?? "jobs")
            writer.key("amount")
            writer.numberOrText(arguments.positionals[1])
            writer.field("source", arguments.positionals[2])
            if let from = arguments.value("from") { writer.field("effective_at", from) }
            if let until = arguments.value("until") { writer.field("expires_at", until) }
            writer.endObject()
            let document = try remote.send(
                "POST", path(arguments, "grants"), body: writer.bytes)
            remote.showObject(
                document,
                ["id", "metric", "amount", "remaining", "state", "source", "expires_at"])
            if !remote.isJSON, let words = knownSource(document) { Terminal.line(words) }
            return .ok
        })

    /// What is to be said where the source was known: nothing was granted, whatever was asked for.
    private static func knownSource(_ grant: JSONDocument) -> String? {
        guard let differs = grant.member(grant.root, "differs"), differs.kind == .array else {
            return nil
        }
        let names = grant.elements(of: differs).map { grant.text($0) }
        return "Nothing was granted: source '\(grant.shown(grant.root, "source"))' was known, as"
            + " shown here"
            + (names.isEmpty ? "." : ", with another \(names.joined(separator: ", ")).")
    }

    private static let revokeGrant = Command(
        name: "grants revoke", arguments: "TENANT GRANT",
        summary: "Take back what is left of a grant.", argumentsMin: 2, argumentsMax: 2,
        options: Remote.options,
        run: { arguments in
            let remote = try Remote(arguments)
            let grant = URLText.escape(arguments.positionals[1])
            let document = try remote.send("DELETE", path(arguments, "grants/\(grant)"))
            remote.show(document) { _ in
                Terminal.line("grant \(arguments.positionals[1]) is revoked")
            }
            return .ok
        })

    // MARK: Enforcement

    private static let enforcement = Command(
        name: "enforcement", arguments: "[off|observe|enforce]",
        summary: "Show how far limits are enforced, or set it.", argumentsMin: 0,
        argumentsMax: 1,
        options: Remote.options + [
            Option("percent", "N", "enforce upon so many of a hundred tenants; 100")
        ],
        notes: [
            "Gates by status hold in every mode. What would have been held is listed by",
            "GET /v1/enforcement/would-hold.",
        ],
        run: { arguments in
            let remote = try Remote(arguments)
            let path = "/v1/enforcement"
            guard let mode = arguments.positionals.first else {
                remote.showObject(try remote.send("GET", path), ["mode", "percent"])
                return .ok
            }
            var writer = JSONWriter()
            writer.beginObject()
            writer.field("mode", mode)
            writer.key("percent")
            writer.numberOrText(arguments.value("percent") ?? "100")
            writer.endObject()
            remote.showObject(
                try remote.send("PUT", path, body: writer.bytes), ["mode", "percent"])
            return .ok
        })

    private static func path(_ arguments: Arguments, _ rest: String) -> String {
        "/v1/tenants/\(URLText.escape(arguments.positionals[0]))/\(rest)"
    }
}

extension JSONWriter {
    /// A number; what is none goes as text, for the server to say what it expects there.
    mutating func numberOrText(_ text: String) {
        if let number = Int64(text) { integer(number) } else { string(text) }
    }
}
