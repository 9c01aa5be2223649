import JSON

/// `weir usage …`.
enum UsageCommand {
    static let all = [show, report, set]

    private static let show = Command(
        name: "usage", arguments: "[TENANT]",
        summary: "Show what a tenant has used; with a tenant's own key, its own.",
        argumentsMin: 0, argumentsMax: 1,
        options: Remote.options + [
            Option("period", "KEY", "YYYY-MM, or YYYY-MM-DD if anchored; this one")
        ],
        run: { arguments in
            let remote = try Remote(arguments)
            let query = URLText.query(arguments, [("period", "period")])
            let path =
                arguments.positionals.first.map { "/v1/tenants/\(URLText.escape($0))/usage" }
                ?? "/v1/billing/usage"
            let document = try remote.send("GET", path + query)
            remote.show(document, showTable)
            return .ok
        })

    private static let report = Command(
        name: "usage report", arguments: "METRIC AMOUNT EVENT",
        summary: "Count what a tenant has used outside jobs; the same EVENT counts once.",
        argumentsMin: 3, argumentsMax: 3,
        options: Remote.options + [
            Remote.tenantOption, Option(flag: "consume", "only if it fits what is left"),
        ],
        run: { arguments in
            let remote = try Remote(arguments)
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("events")
            writer.beginArray()
            writer.beginObject()
            writer.field("id", arguments.positionals[2])
            writer.field("metric", arguments.positionals[0])
            writer.key("amount")
            writer.numberOrText(arguments.positionals[1])
            writer.endObject()
            writer.endArray()
            writer.endObject()
            let path = arguments.has("consume") ? "/v1/usage/consume" : "/v1/usage"
            let document = try remote.send("POST", path, body: writer.bytes)
            remote.show(document) { document in
                guard let results = document.member(document.root, "results") else { return }
                for result in document.elements(of: results) {
                    Terminal.line(document.shown(result, "state"))
                }
            }
            return .ok
        })

    private static let set = Command(
        name: "usage set", arguments: "METRIC VALUE",
        summary: "Set the value of a gauge of a tenant.", argumentsMin: 2, argumentsMax: 2,
        options: Remote.options + [Remote.tenantOption],
        run: { arguments in
            let remote = try Remote(arguments)
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("value")
            writer.numberOrText(arguments.positionals[1])
            writer.endObject()
            let metric = URLText.escape(arguments.positionals[0])
            remote.showObject(
                try remote.send("PUT", "/v1/usage/\(metric)", body: writer.bytes),
                ["metric", "value"])
            return .ok
        })

    private static func showTable(_ document: JSONDocument) {
        guard let period = document.member(document.root, "period"),
            let metrics = document.member(document.root, "metrics")
        else { return }
        var rows = [
            [
                "metric", "used", "limit", "remaining", "overage", "over soft", "unenforced",
                "period", "resets at",
            ]
        ]
        for (name, metric) in document.members(of: metrics) {
            rows.append([
                document.text(name), document.shown(metric, "used"),
                document.shown(metric, "limit"), document.shown(metric, "remaining"),
                document.shown(metric, "overage"), document.shown(metric, "over_soft"),
                document.shown(metric, "unenforced"),
                document.shown(period, "key"), document.shown(metric, "resets_at"),
            ])
        }
        Terminal.table(rows)
    }
}
