import JSON

/// `weir plans …`, of a running server.
enum PlanCommands {
    static let all = [list, simulate, move]

    private static let list = Command(
        name: "plans", arguments: "", summary: "List the plans on offer.", argumentsMin: 0,
        argumentsMax: 0, options: Remote.options,
        run: { arguments in
            let remote = try Remote(arguments)
            remote.showItems(
                try remote.send("GET", "/v1/plans?limit=500"),
                [("id", "id"), ("version", "version"), ("name", "name"), ("rank", "rank")])
            return .ok
        })

    private static let simulate = Command(
        name: "plans simulate", arguments: "",
        summary: "Say what a tenant's period would have come to under another plan.",
        argumentsMin: 0, argumentsMax: 0,
        options: Remote.options + [
            Option("plan", "PLAN", "the plan to try"),
            Option("tenant", "ID", "whose period"),
            Option("period", "KEY", "YYYY-MM, or YYYY-MM-DD if anchored; this one"),
            Option("overage", "N", "as if so much overage had been agreed to; none"),
        ],
        run: { arguments in
            guard let plan = arguments.value("plan") else {
                throw Arguments.UsageError(message: "'weir plans simulate' needs --plan PLAN")
            }
            guard arguments.value("tenant") != nil else {
                throw Arguments.UsageError(message: "'weir plans simulate' needs --tenant ID")
            }
            let remote = try Remote(arguments)
            let query = URLText.query(
                arguments,
                [("tenant", "tenant"), ("period", "period"), ("overage", "overage")])
            let document = try remote.send(
                "GET", "/v1/plans/\(URLText.escape(plan))/what-if" + query)
            remote.show(document, show)
            return .ok
        })

    private static let move = Command(
        name: "plans move", arguments: "PLAN FROM TO",
        summary: "Move the tenants of one version of a plan to another.", argumentsMin: 3,
        argumentsMax: 3, options: Remote.options,
        run: { arguments in
            let remote = try Remote(arguments)
            var writer = JSONWriter()
            writer.beginObject()
            for (name, text) in zip(["from", "to"], arguments.positionals.dropFirst()) {
                writer.key(name)
                writer.numberOrText(text)
            }
            writer.endObject()
            let plan = URLText.escape(arguments.positionals[0])
            remote.showObject(
                try remote.send("POST", "/v1/plans/\(plan)/move", body: writer.bytes),
                ["tenants"])
            return .ok
        })

    private static func show(_ document: JSONDocument) {
        guard let metrics = document.member(document.root, "metrics") else { return }
        var rows = [
            [
                "metric", "used", "limit", "within", "overage", "over soft", "held", "barred",
                "reached at", "cost", "exact",
            ]
        ]
        for (name, metric) in document.members(of: metrics) {
            rows.append([
                document.text(name), document.shown(metric, "used"),
                document.shown(metric, "limit"), document.shown(metric, "admitted"),
                document.shown(metric, "overage"), document.shown(metric, "over_soft"),
                document.shown(metric, "held"), document.shown(metric, "barred"),
                document.shown(metric, "reached_at"), document.shown(metric, "cost"),
                document.shown(metric, "exact"),
            ])
        }
        Terminal.table(rows)
    }
}
