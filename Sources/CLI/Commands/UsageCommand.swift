import JSON

/// `weir usage`.
enum UsageCommand {
    static let command = Command(
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
            remote.show(document, show)
            return .ok
        })

    private static func show(_ document: JSONDocument) {
        guard let period = document.member(document.root, "period"),
            let metrics = document.member(document.root, "metrics")
        else { return }
        var rows = [["metric", "used", "limit", "remaining", "period", "resets at"]]
        for (name, metric) in document.members(of: metrics) {
            rows.append([
                document.text(name), document.shown(metric, "used"),
                document.shown(metric, "limit"), document.shown(metric, "remaining"),
                document.shown(period, "key"), document.shown(metric, "resets_at"),
            ])
        }
        Terminal.table(rows)
    }
}
