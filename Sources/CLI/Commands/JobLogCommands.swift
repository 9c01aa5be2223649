import JSON

/// `weir jobs logs`, and what else follows a job's log.
enum JobLogCommands {
    static let logs = Command(
        name: "jobs logs", arguments: "ID",
        summary: "Print what a job's attempts have said.", argumentsMin: 1, argumentsMax: 1,
        options: Remote.options + [
            Remote.tenantOption,
            Option(flag: "follow", "go on until the job has ended"),
            Option("after", "N", "begin after the line of this number"),
        ],
        run: { arguments in
            let remote = try Remote(arguments)
            let after = Int64(try arguments.integer("after", in: 0...1_000_000_000) ?? 0)
            let follows = arguments.has("follow")
            let show: (JSONDocument) -> Void = { page in remote.show(page, write) }
            try read(
                arguments.positionals[0], remote, after: after, follows: follows, show: show)
            return .ok
        })

    /// The server parks a wait for a minute at most.
    private static let waitSecondsEach = 30

    /// Prints the log of a job as it grows, until the job has ended.
    static func follow(
        _ id: String, _ remote: Remote, meanwhile: () -> Void
    ) throws {
        try read(id, remote, after: 0, follows: true, show: write, meanwhile: meanwhile)
    }

    private static func read(
        _ id: String, _ remote: Remote, after: Int64, follows: Bool,
        show: (JSONDocument) -> Void, meanwhile: () -> Void = {}
    ) throws {
        var after = after
        while true {
            let wait = follows ? "&wait=\(waitSecondsEach)" : ""
            let page = try remote.send(
                "GET", "/v1/jobs/\(URLText.escape(id))/logs?after=\(after)\(wait)",
                seconds: waitSecondsEach + 30)
            let last = lastNumber(page)
            if last != nil || !follows { show(page) }
            after = last ?? after
            if page.string("next_cursor") != nil { continue }
            guard follows, ["ready", "scheduled", "running"].contains(page.string("state")) else {
                return
            }
            if last == nil { meanwhile() }
        }
    }

    private static func lastNumber(_ page: JSONDocument) -> Int64? {
        guard let items = page.member(page.root, "items") else { return nil }
        var last: Int64?
        for item in page.elements(of: items) {
            if let number = page.member(item, "number").flatMap({ page.integer($0) }) {
                last = Int64(number)
            }
        }
        return last
    }

    private static func write(_ page: JSONDocument) {
        guard let items = page.member(page.root, "items") else { return }
        for item in page.elements(of: items) {
            // A tab is no letter of a terminal's, and common in logs.
            let text = page.shown(item, "line").split(
                separator: "\t", omittingEmptySubsequences: false
            ).joined(separator: "    ")
            Terminal.line(text)
        }
    }
}
