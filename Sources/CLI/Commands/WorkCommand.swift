import Core
import EventLoop
import Server

/// `weir work`.
enum WorkCommand {
    static let command = Command(
        name: "work", arguments: "", summary: "Run the programs in jobs/ for a server elsewhere.",
        argumentsMin: 0, argumentsMax: 0,
        options: [
            Option("url", "URL", environment: "WEIR_URL", "the server; http://127.0.0.1:8787"),
            Option("key", "KEY", environment: "WEIR_KEY", "a worker key"),
            Option(
                "queue", "NAME[,NAME]",
                "the queues to pull from; those that the kinds name, else those of the key"),
            Option("jobs", "DIR", environment: "WEIR_JOBS", "the folder of jobs; ./jobs"),
            Option(
                "runners", "N", environment: "WEIR_RUNNERS",
                "programs at once; the number of cores"),
            Option("drain", "TIME", "how long programs may go on at the end; 30s"),
            Option("name", "NAME", "what the server calls this worker; HOST-PID"),
            Option("log", "json|text", "how log lines look; text with figures on a terminal"),
        ],
        notes: [
            "Each folder in DIR with an executable `run` is a kind of job; exactly those are",
            "pulled. Folders that come, change or go are noticed while it runs.",
            "SIGTERM and SIGINT begin no more work, give programs their time, then end them and",
            "give their jobs back. A second one kills them and ends at once.",
        ],
        run: { arguments in
            let settings = try settings(arguments)
            let program = try WorkProgram(settings)
            return program.run()
        })

    /// What the flags say.
    private static func settings(
        _ arguments: Arguments
    ) throws(Arguments.UsageError) -> WorkProgram.Settings {
        let url = try arguments.value("url").map { text throws(Arguments.UsageError) in
            try ServerURL.read(text, from: arguments.source("url"))
        }
        guard let key = arguments.value("key") else {
            throw Arguments.UsageError(message: "a worker key is needed: --key KEY, or WEIR_KEY")
        }
        guard key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Arguments.UsageError(
                message: "\(arguments.source("key")) holds a blank, a line end or a letter beyond"
                    + " ASCII; keys have none")
        }
        var settings = WorkProgram.Settings(url: url ?? "http://127.0.0.1:8787", key: key)
        settings.queues = try queues(arguments)
        if let path = arguments.value("jobs") { settings.jobsPath = path }
        guard PlainFolder.isFolder(settings.jobsPath) else {
            throw Arguments.UsageError(
                message: "there is no folder \(settings.jobsPath); name another with --jobs, or"
                    + " make a first kind with 'weir jobs new NAME'")
        }
        if let count = try arguments.integer("runners", in: 1...Limits.runnersMax) {
            settings.runners = count
        }
        if let text = arguments.value("drain") {
            guard let time = DurationText.milliseconds(text) else {
                throw Arguments.UsageError(
                    message: "\(arguments.source("drain")) takes a time such as 30s or 2m, not"
                        + " '\(text)'")
            }
            settings.drainMilliseconds = time
        }
        if let name = arguments.value("name") {
            guard name.utf8.count <= Limits.workerNameBytesMax else {
                throw Arguments.UsageError(
                    message: "--name has \(name.utf8.count) bytes; there is room for"
                        + " \(Limits.workerNameBytesMax)")
            }
            settings.name = name
        }
        if let text = arguments.value("log") {
            guard let format = LogFormat(rawValue: text) else {
                throw Arguments.UsageError(message: "--log is json or text, not '\(text)'")
            }
            settings.showsStatus = format == .text
        }
        return settings
    }

    private static func queues(
        _ arguments: Arguments
    ) throws(Arguments.UsageError) -> [String] {
        guard let text = arguments.value("queue") else { return [] }
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        for name in names where !Names.isKindOrQueue(name) {
            throw Arguments.UsageError(
                message: "--queue: '\(name)' is no queue; one has \(Names.kindOrQueueRule)")
        }
        guard names.count <= Limits.pullQueuesMax else {
            throw Arguments.UsageError(
                message: "--queue names \(names.count); \(Limits.pullQueuesMax) are the most")
        }
        return names
    }
}
