import Core
import EventLoop
import Server

/// `weir serve`.
enum ServeCommand {
    static let command = Command(
        name: "serve", arguments: "", summary: "Run the server.", argumentsMin: 0,
        argumentsMax: 0,
        options: [
            Option(
                "data", "DIR", environment: "WEIR_DATA",
                "where data is kept, made if it is not there; ./data"),
            Option(
                "listen", "HOST:PORT", environment: "WEIR_LISTEN",
                "where to listen; 127.0.0.1:8787, port 0 picks one"),
            Option(
                "plans", "FILE", environment: "WEIR_PLANS",
                "the plans, read again on SIGHUP; free, pro and enterprise are built in"),
            Option(
                "jobs", "DIR", environment: "WEIR_JOBS",
                "the folder of job programs; ./jobs where it is there"),
            Option(
                "runners", "N", environment: "WEIR_RUNNERS",
                "programs at once; the number of cores, 0 runs none"),
            Option("log", "json|text", "how log lines look; text on a terminal"),
            Option("drain", "TIME", "how long to wait for answers and programs at the end; 30s"),
        ] + ServeBilling.options + [
            Option(
                flag: "demo", environment: "WEIR_DEMO",
                "three tenants with keys, in DIR/demo, made anew at each start"),
            Option(
                flag: "allow-private-webhooks",
                "let events go to loopback, private and link-local addresses too"),
            Option(flag: "test-clock", "let POST /v1/test/clock move the time"),
        ],
        variables: [
            (
                "WEIR_ADMIN_KEY",
                "the admin key, \(Config.adminKeyBytesMin) bytes or more; DIR/admin.key is not read"
                    + " then"
            )
        ] + ServeBilling.variables,
        notes: [
            "The admin key is DIR/admin.key, one line. You may put one there before the first",
            "start; else one is made when the server first listens, and printed that once.",
            "A folder that was used before (it has admin.key and lock, or weir.db-wal) but has",
            "no weir.db any more is refused: a server never begins anew in place of lost data.",
            "",
            "A refused start is one line `server.refused` on standard error, with the reason.",
            "Each folder in DIR of --jobs with an executable `run` is a kind of job, and its jobs",
            "are done here; folders that come, change or go are noticed.",
            "",
            "SIGTERM and SIGINT answer what is in flight first, and give programs that run their",
            "time; a second one ends at once, and programs with it.",
            "SIGHUP reads the plan file and the file of webhook secrets again. A bad one is told",
            "of in a line `plans.refused` or `webhook.secrets_refused`, and what was stays;",
            "tenants keep the versions of plans that they have.",
        ],
        run: { arguments in
            let config = try config(arguments, environment: ProcessEnvironment.value)
            // A screen that nobody sees is no failure of a server.
            let code = Server.run(config) { StandardOutput.write(Array($0.utf8)) }
            return code == 0 ? .ok : .failed
        })

    /// The configuration that flags and environment make.
    static func config(
        _ arguments: Arguments, environment: (String) -> String?
    ) throws(Arguments.UsageError) -> Config {
        var config = Config()
        if let path = arguments.value("data") { config.dataPath = path }
        if let address = arguments.value("listen") {
            (config.host, config.port) = try ServeCommand.address(
                address, from: arguments.source("listen"))
        }
        if let text = arguments.value("log") {
            guard let format = LogFormat(rawValue: text) else {
                throw Arguments.UsageError(
                    message: "\(arguments.source("log")) is json or text, not '\(text)'")
            }
            config.logFormat = format
        }
        if let text = arguments.value("drain") {
            guard let milliseconds = DurationText.milliseconds(text) else {
                throw Arguments.UsageError(
                    message: "\(arguments.source("drain")) takes a time such as 30s or 2m, not"
                        + " '\(text)'")
            }
            config.drainMilliseconds = milliseconds
        }
        config.plansPath = arguments.value("plans")
        config.isDemo = arguments.has("demo")
        config.allowsPrivateWebhooks = arguments.has("allow-private-webhooks")
        config.hasTestClock = arguments.has("test-clock")
        config.adminKey = environment("WEIR_ADMIN_KEY")
        if let key = config.adminKey, let fault = Config.fault(ofAdminKey: key) {
            throw Arguments.UsageError(message: "WEIR_ADMIN_KEY \(fault)")
        }
        try ServeBilling.read(into: &config, arguments, environment)
        try readRunner(into: &config, arguments)
        return config
    }

    /// The runner has something to do where there is a folder of jobs, and submits have what that
    /// says where the runner is off. One that was asked for and has none is refused: it would look
    /// as if it worked.
    private static func readRunner(
        into config: inout Config, _ arguments: Arguments
    ) throws(Arguments.UsageError) {
        let count = try arguments.integer("runners", in: 0...Limits.runnersMax)
        config.runners = count ?? ProcessEnvironment.coreCount
        if let path = arguments.value("jobs") {
            guard PlainFolder.isFolder(path) else {
                throw Arguments.UsageError(
                    message: "\(arguments.source("jobs")) is '\(path)', which is no folder; make"
                        + " it, or name another")
            }
            config.jobsPath = path
        } else if PlainFolder.isFolder(jobsPath) {
            config.jobsPath = jobsPath
        } else if let count, count > 0 {
            throw Arguments.UsageError(
                message: "\(arguments.source("runners")) is '\(count)', and there is no folder"
                    + " \(jobsPath); name another with --jobs, or make a first kind with"
                    + " 'weir jobs new NAME'")
        }
    }

    private static let jobsPath = "jobs"

    /// `HOST:PORT`, `:PORT` or `[IPV6]:PORT`.
    private static func address(
        _ text: String, from source: String
    ) throws(Arguments.UsageError) -> (host: String, port: Int) {
        guard let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]), (0...65_535).contains(port)
        else {
            throw Arguments.UsageError(
                message: "\(source) takes HOST:PORT, such as 127.0.0.1:8787, not '\(text)'")
        }
        var host = text[..<colon]
        if host.first == "[", host.last == "]" { host = host.dropFirst().dropLast() }
        guard host.isEmpty || TCPListener.isAddress(String(host)) else {
            throw Arguments.UsageError(
                message: "\(source) takes a numeric address or localhost before the port, not"
                    + " '\(host)'")
        }
        return (host.isEmpty ? "0.0.0.0" : String(host), port)
    }
}
