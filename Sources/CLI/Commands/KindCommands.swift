import Core
import EventLoop
import JSON
import Programs
import Runner

/// `weir jobs kinds` and `weir jobs new`, which look at a folder and at no server.
enum KindCommands {
    static let all = [list, make]

    private static let folderOption = Option(
        "jobs", "DIR", environment: "WEIR_JOBS", "the folder of jobs; ./jobs")

    private static let list = Command(
        name: "jobs kinds", arguments: "",
        summary: "List the kinds of jobs that a folder has programs for.", argumentsMin: 0,
        argumentsMax: 0, options: [folderOption, Option(flag: "json", "print JSON")],
        notes: ["It fails if one of them is broken, and says what is wrong with it."],
        run: { arguments in
            let found = KindScan.read(arguments.value("jobs") ?? "jobs")
            if let complaint = found.complaint {
                Terminal.complain(complaint)
                return .failed
            }
            let catalog = found.catalog
            if arguments.has("json") { showJSON(catalog) } else { show(catalog) }
            return catalog.disabled.isEmpty ? .ok : .failed
        })

    private static let make = Command(
        name: "jobs new", arguments: "NAME",
        summary: "Make a kind of job: a folder with a program to start from.", argumentsMin: 1,
        argumentsMax: 1,
        options: [
            folderOption, Option("template", "sh|python", "the language of the program; sh"),
        ],
        run: { arguments in
            let path = try new(
                arguments.positionals[0], in: arguments.value("jobs") ?? "jobs",
                template: arguments.value("template") ?? "sh")
            Terminal.line("made \(path)/run and \(path)/job.json")
            return .ok
        })

    private static func show(_ catalog: KindCatalog) {
        var rows = [["kind", "queue", "timeout", "attempts", "at once", "state"]]
        for name in catalog.names {
            guard let settings = catalog.kinds[name]?.settings else { continue }
            rows.append([
                name, settings.queue ?? "-",
                settings.timeoutMilliseconds.map(DurationText.text) ?? "-",
                settings.attemptsMax.map { "\($0)" } ?? "-",
                settings.concurrency.map { "\($0)" } ?? "-", "ready",
            ])
        }
        for kind in catalog.disabled {
            rows.append([kind.name, "-", "-", "-", "-", "disabled: \(kind.reason)"])
        }
        Terminal.table(rows)
    }

    private static func showJSON(_ catalog: KindCatalog) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("kinds")
        writer.beginArray()
        for name in catalog.names {
            guard let kind = catalog.kinds[name] else { continue }
            writer.beginObject()
            writer.field("kind", name)
            writer.field("program", kind.program)
            writer.field("queue", kind.settings.queue)
            writer.field(
                "timeout", kind.settings.timeoutMilliseconds.map { $0 / 1_000 } as Int64?)
            writer.field("max_attempts", kind.settings.attemptsMax.map(Int64.init))
            writer.field("concurrency", kind.settings.concurrency.map(Int64.init))
            writer.endObject()
        }
        writer.endArray()
        writer.key("disabled")
        writer.beginArray()
        for kind in catalog.disabled {
            writer.beginObject()
            writer.field("kind", kind.name)
            writer.field("reason", kind.reason)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        Terminal.line(String(decoding: writer.bytes, as: UTF8.self))
    }

    /// Makes the folder of a kind and gives its path.
    static func new(_ name: String, in folder: String, template: String) throws -> String {
        guard Names.isKindOrQueue(name) else {
            throw Arguments.UsageError(
                message: "'\(name)' is no kind; one has \(Names.kindOrQueueRule)")
        }
        guard let text = KindTemplate(rawValue: template) else {
            throw Arguments.UsageError(message: "--template is sh or python, not '\(template)'")
        }
        let entries =
            PlainFolder.isFolder(folder)
            ? try PlainFolder.entries(folder, countMax: Limits.kindsInFolderMax) : []
        if let other = entries.first(where: { $0.name.lowercased() == name.lowercased() }) {
            throw Arguments.UsageError(
                message: "\(folder)/\(other.name) is there already; choose another name")
        }
        let path = folder + "/" + name
        try PlainFolder.make(path)
        try PlainFile.make(
            path + "/job.json", Array(KindTemplate.settings.utf8), isExecutable: false)
        try PlainFile.make(path + "/run", Array(text.program.utf8), isExecutable: true)
        return path
    }
}
