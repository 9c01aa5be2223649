import EventLoop
import JSON

/// `weir submit` and `weir jobs …`.
enum JobCommands {
    static let all = [submit, list, show, cancel, why, JobLogCommands.logs]

    private static let shown: [StaticString] = [
        "id", "tenant", "kind", "queue", "state", "held", "attempt", "max_attempts", "run_at",
        "created_at", "started_at", "finished_at", "progress", "payload", "result", "error",
    ]
    /// The server takes no larger body.
    private static let payloadBytesMax = 1 << 20
    /// Options whose word the server reads, and what it calls them.
    private static let times: [(String, StaticString)] = [
        ("delay", "delay"), ("timeout", "timeout"), ("expires-in", "expires_in"),
    ]
    /// The server parks a wait for a minute at most.
    private static let waitSecondsEach = 60

    private static let submit = Command(
        name: "submit", arguments: "KIND [JSON]",
        summary: "Submit a job with this payload; - reads it from standard input.",
        argumentsMin: 1, argumentsMax: 2,
        options: Remote.options + [
            Remote.tenantOption, Option("queue", "NAME", "the queue; default"),
            Option("priority", "0-9", "0 is most urgent; 5"),
            Option("delay", "TIME", "start no sooner than after this time"),
            Option("attempts", "N", "how often it is tried; 5"),
            Option("timeout", "TIME", "how long an attempt may run; 5m"),
            Option("expires-in", "TIME", "ends if it has not started this long after it could"),
            Option(
                flag: "wait",
                "print its log and its result when it has ended; fails unless it succeeded"),
        ],
        run: { arguments in
            let remote = try Remote(arguments)
            let body = try body(arguments)
            let job = try remote.send("POST", "/v1/jobs", body: body)
            guard arguments.has("wait"), let id = job.string("id") else {
                remote.showObject(job, shown)
                return .ok
            }
            // Whatever becomes of the wait, the job is there, and this is its name.
            Terminal.complain("\(id) is submitted; waiting for its end")
            var waits = WaitWords(remote, id)
            waits.tell()
            if !remote.isJSON { try JobLogCommands.follow(id, remote) { waits.tell() } }
            let ended = try wait(for: id, remote) { waits.tell() }
            remote.showObject(ended, shown)
            return ended.string("state") == "succeeded" ? .ok : .failed
        })

    private static let list = Command(
        name: "jobs", arguments: "", summary: "List jobs, newest first.", argumentsMin: 0,
        argumentsMax: 0,
        options: Remote.options + [
            Remote.tenantOption,
            Option(
                "state", "STATE",
                "scheduled, ready, running, succeeded, dead, canceled or expired"),
            Option("queue", "NAME", "only this queue"), Option("kind", "KIND", "only this kind"),
            Option(flag: "held", "only those that a closed gate holds"),
            Option("created-after", "TIME", "only those made after this time (RFC 3339)"),
        ] + Remote.pageOptions,
        run: { arguments in
            let remote = try Remote(arguments)
            var query = URLText.query(
                arguments,
                [
                    ("state", "state"), ("queue", "queue"), ("kind", "kind"),
                    ("created-after", "created_after"), ("limit", "limit"), ("cursor", "cursor"),
                ])
            if arguments.has("held") { query += (query.isEmpty ? "?" : "&") + "held=true" }
            remote.showItems(
                try remote.send("GET", "/v1/jobs" + query),
                [
                    ("id", "id"), ("tenant", "tenant"), ("kind", "kind"), ("queue", "queue"),
                    ("state", "state"), ("attempt", "attempt"), ("created at", "created_at"),
                ])
            return .ok
        })

    private static let show = Command(
        name: "jobs show", arguments: "ID", summary: "Show a job.", argumentsMin: 1,
        argumentsMax: 1, options: Remote.options + [Remote.tenantOption],
        run: { arguments in
            let remote = try Remote(arguments)
            remote.showObject(try remote.send("GET", path(arguments.positionals[0])), shown)
            return .ok
        })

    private static let cancel = Command(
        name: "jobs cancel", arguments: "ID",
        summary: "Cancel a job; one that runs is told at its next heartbeat.", argumentsMin: 1,
        argumentsMax: 1, options: Remote.options + [Remote.tenantOption],
        run: { arguments in
            let remote = try Remote(arguments)
            remote.showObject(
                try remote.send("POST", path(arguments.positionals[0]) + "/cancel"), shown)
            return .ok
        })

    private static let why = Command(
        name: "jobs why", arguments: "ID",
        summary: "Say everything that keeps a job from starting, and what would help.",
        argumentsMin: 1, argumentsMax: 1, options: Remote.options + [Remote.tenantOption],
        run: { arguments in
            let remote = try Remote(arguments)
            let document = try remote.send("GET", path(arguments.positionals[0]) + "/why")
            remote.show(document) { document in
                guard let blockers = document.member(document.root, "blockers") else { return }
                var rows: [[String]] = []
                for blocker in document.elements(of: blockers) {
                    rows.append([
                        document.shown(blocker, "code"), document.shown(blocker, "detail"),
                        document.shown(blocker, "fix"),
                    ])
                }
                if rows.isEmpty {
                    return Terminal.line(
                        "nothing keeps it from starting: it waits for its turn")
                }
                Terminal.table([["because", "what", "what helps"]] + rows)
            }
            return .ok
        })

    static func path(_ id: String) -> String { "/v1/jobs/" + URLText.escape(id) }

    private static func body(_ arguments: Arguments) throws -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("kind", arguments.positionals[0])
        if arguments.positionals.count == 2 {
            let payload = try payload(arguments.positionals[1])
            do throws(JSONError) {
                _ = try JSONDocument(validating: payload)
            } catch {
                throw Arguments.UsageError(message: "the payload is not JSON: \(error)")
            }
            writer.field("payload", raw: payload)
        }
        if let queue = arguments.value("queue") { writer.field("queue", queue) }
        if let priority = try arguments.integer("priority", in: 0...9) {
            writer.field("priority", priority)
        }
        for (option, field) in times {
            if let time = arguments.value(option) { writer.field(field, time) }
        }
        if let attempts = try arguments.integer("attempts", in: 1...100) {
            writer.field("max_attempts", attempts)
        }
        writer.endObject()
        return writer.bytes
    }

    /// The payload as it was given, or all of standard input for `-`.
    private static func payload(_ word: String) throws(Arguments.UsageError) -> [UInt8] {
        guard word == "-" else { return Array(word.utf8) }
        guard let bytes = StandardInput.read(bytesMax: payloadBytesMax) else {
            throw Arguments.UsageError(
                message: "the payload on standard input cannot be read, or has more than"
                    + " \(payloadBytesMax) bytes")
        }
        return bytes
    }

    private static func wait(
        for id: String, _ remote: Remote, meanwhile: () -> Void
    ) throws -> JSONDocument {
        while true {
            let job = try remote.send(
                "GET", path(id) + "?wait=\(waitSecondsEach)", seconds: waitSecondsEach + 30)
            if ["succeeded", "dead", "canceled", "expired"].contains(job.string("state")) {
                return job
            }
            meanwhile()
        }
    }
}
