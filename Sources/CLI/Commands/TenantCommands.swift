import JSON

/// `weir tenants …`.
enum TenantCommands {
    static let all = [list, create, show, plan, set, delete] + manual

    private static let list = Command(
        name: "tenants", arguments: "", summary: "List the tenants.", argumentsMin: 0,
        argumentsMax: 0,
        options: Remote.options + Remote.pageOptions,
        run: { arguments in
            let remote = try Remote(arguments)
            remote.showItems(
                try remote.send("GET", "/v1/tenants" + URLText.page(arguments)),
                [
                    ("id", "id"), ("plan", "effective_plan"), ("status", "status"),
                    ("created at", "created_at"),
                ])
            return .ok
        })

    private static let create = Command(
        name: "tenants create", arguments: "ID", summary: "Make a tenant.", argumentsMin: 1,
        argumentsMax: 1,
        options: Remote.options + [
            Option("plan", "PLAN", "free, pro or enterprise; free"),
            Option("name", "TEXT", "a name for people"),
            Option("email", "ADDRESS", "where to write to"),
        ] + TenantTerms.options,
        run: { arguments in
            let remote = try Remote(arguments)
            var writer = JSONWriter()
            writer.beginObject()
            writer.field("id", arguments.positionals[0])
            try TenantTerms.write(arguments, into: &writer)
            if let plan = arguments.value("plan") { writer.field("plan", plan) }
            if let name = arguments.value("name") { writer.field("name", name) }
            if let email = arguments.value("email") { writer.field("email", email) }
            writer.endObject()
            TenantReport.show(
                try remote.send("POST", "/v1/tenants", body: writer.bytes), remote)
            return .ok
        })

    private static let show = Command(
        name: "tenants show", arguments: "ID", summary: "Show a tenant.", argumentsMin: 1,
        argumentsMax: 1, options: Remote.options,
        run: { arguments in
            let remote = try Remote(arguments)
            TenantReport.show(try remote.send("GET", path(arguments)), remote)
            return .ok
        })

    private static let plan = Command(
        name: "tenants plan", arguments: "ID PLAN",
        summary: "Put a tenant on another plan; what it lets start, starts at once.",
        argumentsMin: 2, argumentsMax: 2, options: Remote.options,
        run: { arguments in
            let remote = try Remote(arguments)
            var writer = JSONWriter()
            writer.beginObject()
            writer.field("plan", arguments.positionals[1])
            writer.endObject()
            TenantReport.show(
                try remote.send("PATCH", path(arguments), body: writer.bytes), remote)
            return .ok
        })

    private static let set = Command(
        name: "tenants set", arguments: "ID",
        summary: "Say what a tenant meets past its quota, and what it pays for.",
        argumentsMin: 1, argumentsMax: 1, options: Remote.options + TenantTerms.options,
        run: { arguments in
            let remote = try Remote(arguments)
            guard TenantTerms.options.contains(where: { arguments.value($0.name) != nil }) else {
                throw Arguments.UsageError(
                    message: "'weir tenants set' needs something to set, such as --on-quota reject")
            }
            var writer = JSONWriter()
            writer.beginObject()
            try TenantTerms.write(arguments, into: &writer)
            writer.endObject()
            TenantReport.show(
                try remote.send("PATCH", path(arguments), body: writer.bytes), remote)
            return .ok
        })

    private static let delete = Command(
        name: "tenants delete", arguments: "ID",
        summary: "Delete a tenant: keys revoked, waiting jobs canceled. Its id is not used again.",
        argumentsMin: 1, argumentsMax: 1,
        options: Remote.options + [
            Option(flag: "force", "although jobs run or a subscription goes on")
        ],
        run: { arguments in
            let remote = try Remote(arguments)
            let query = arguments.has("force") ? "?force=true" : ""
            let document = try remote.send("DELETE", path(arguments) + query)
            remote.show(document) { _ in
                Terminal.line("tenant \(arguments.positionals[0]) is deleted")
            }
            return .ok
        })

    private static let manual = [
        verb("pause", "Let no job of a tenant start; submitting goes on."),
        verb("suspend", "Let no job of a tenant start, and take none."),
        verb(
            "resume",
            "Lift a pause or a suspension of the operator's; what else stops the tenant is named."),
    ]

    private static func verb(_ verb: String, _ summary: String) -> Command {
        Command(
            name: "tenants \(verb)", arguments: "ID", summary: summary, argumentsMin: 1,
            argumentsMax: 1, options: Remote.options,
            run: { arguments in
                let remote = try Remote(arguments)
                TenantReport.show(
                    try remote.send("POST", path(arguments) + "/\(verb)"), remote)
                return .ok
            })
    }

    private static func path(_ arguments: Arguments) -> String {
        "/v1/tenants/" + URLText.escape(arguments.positionals[0])
    }
}
