import JSON

/// `weir ledger`.
enum LedgerCommand {
    static let command = Command(
        name: "ledger", arguments: "TENANT",
        summary: "List every charge, refund and report of a tenant, newest first.",
        argumentsMin: 1, argumentsMax: 1,
        options: Remote.options + [
            Option("period", "KEY", "YYYY-MM, or YYYY-MM-DD if anchored; all of them"),
            Option("metric", "METRIC", "of this metric alone"),
            Option("limit", "N", "how many; 50, at most 500"),
            Option("cursor", "CURSOR", "go on where a list ended"),
            Option(flag: "csv", "the whole of it as a table for spreadsheets"),
        ],
        run: { arguments in
            let remote = try Remote(arguments)
            let path = "/v1/tenants/\(URLText.escape(arguments.positionals[0]))/ledger"
            if arguments.has("csv") {
                try writeTable(arguments, remote, path)
                return .ok
            }
            let query = URLText.query(
                arguments,
                [
                    ("period", "period"), ("metric", "metric"), ("limit", "limit"),
                    ("cursor", "cursor"),
                ])
            remote.showItems(
                try remote.send("GET", path + query),
                [
                    ("at", "at"), ("metric", "metric"), ("period", "period"), ("kind", "kind"),
                    ("source", "source"), ("amount", "amount"), ("used", "used_after"),
                    ("in force", "in_force"), ("job", "job"),
                ])
            return .ok
        })

    /// A ledger that is too long for one answer comes in several, each of which goes on behind the
    /// last row of the one before. The first has the header line.
    private static func writeTable(
        _ arguments: Arguments, _ remote: Remote, _ path: String
    ) throws {
        let query = URLText.query(arguments, [("period", "period"), ("metric", "metric")])
        let first = path + query + (query.isEmpty ? "?" : "&") + "format=csv"
        var cursor: String?
        while true {
            let address = first + (cursor.map { "&cursor=" + URLText.escape($0) } ?? "")
            let lines = try remote.fetch(address).split(separator: UInt8(ascii: "\n"))
            for line in cursor == nil ? lines[...] : lines.dropFirst() {
                Terminal.write(String(decoding: line, as: UTF8.self) + "\n")
            }
            // The id comes first. An event's id may hold a line end; what is behind it is no row.
            guard let last = lines.last(where: { $0.starts(with: "led_".utf8) }) else { return }
            cursor = String(decoding: last.prefix { $0 != UInt8(ascii: ",") }, as: UTF8.self)
        }
    }
}
