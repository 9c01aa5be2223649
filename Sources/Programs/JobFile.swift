import Core
import JSON

/// Reads a `job.json`. It is strict: what it does not know would be a limit that does not hold.
package struct JobFile {
    private let document: JSONDocument
    private var settings = JobSettings()
    private var faults: [String] = []

    private static let names = [
        "queue", "timeout", "max_attempts", "backoff", "memory_mb", "env", "concurrency",
        "open_files", "processes", "disk_mb",
    ]
    private static let faultsMax = 10
    private static let valueShownMax = 40

    /// The settings in these bytes, or all that is wrong with them.
    package static func read(_ bytes: [UInt8]) throws(JobFileError) -> JobSettings {
        guard bytes.count <= Limits.jobFileBytesMax else {
            throw JobFileError(
                faults: ["is larger than \(Limits.jobFileBytesMax) bytes; so much is no job.json"])
        }
        var file: JobFile
        do throws(JSONError) {
            file = JobFile(document: try JSONDocument(validating: bytes))
        } catch {
            throw JobFileError(faults: ["is not JSON: \(error)"])
        }
        file.readAll()
        guard file.faults.isEmpty else {
            throw JobFileError(faults: Array(file.faults.prefix(faultsMax)))
        }
        return file.settings
    }

    private init(document: JSONDocument) { self.document = document }

    private mutating func readAll() {
        guard document.root.kind == .object else {
            return faults.append("has to be an object such as {\"timeout\":60}")
        }
        if let name = document.duplicateKey(in: document.root) {
            faults.append("'\(shown(name))' is there twice; give it once")
        }
        for (key, value) in document.members(of: document.root) {
            readMember(document.text(key), value)
        }
    }

    private mutating func readMember(_ name: String, _ node: JSONNode) {
        switch name {
        case "queue": readQueue(node)
        case "timeout":
            settings.timeoutMilliseconds = duration(
                node, name, 1_000...Limits.timeoutMillisecondsMax)
        case "max_attempts": settings.attemptsMax = integer(node, name, 1...Limits.attemptsMax)
        case "backoff": readBackoff(node)
        case "memory_mb": settings.memoryBytes = megabytes(node, name)
        case "env": readEnvironment(node)
        case "concurrency": settings.concurrency = integer(node, name, 1...Limits.runnersMax)
        case "open_files":
            settings.files = integer(node, name, 16...Limits.programFilesMax) ?? settings.files
        case "processes":
            settings.processes =
                integer(node, name, 1...Limits.programProcessesMax) ?? settings.processes
        case "disk_mb": settings.diskBytes = megabytes(node, name) ?? settings.diskBytes
        default:
            let meant = Spelling.closest(to: name, among: JobFile.names)
            faults.append(
                "'\(shown(name))' is not known"
                    + (meant.map { "; did you mean '\($0)'?" } ?? "; leave it out"))
        }
    }

    private mutating func readQueue(_ node: JSONNode) {
        guard node.kind == .string, Names.isKindOrQueue(document.text(node)) else {
            return expected("queue", Names.kindOrQueueRule, node)
        }
        settings.queue = document.text(node)
    }

    private mutating func readEnvironment(_ node: JSONNode) {
        guard node.kind == .array else {
            return expected("env", "a list of names of environment variables", node)
        }
        var names: [String] = []
        for (index, element) in document.elements(of: node).enumerated() {
            guard index < Limits.environmentNamesMax else {
                return faults.append("env has more than \(Limits.environmentNamesMax) names")
            }
            guard element.kind == .string, Names.isVariable(document.text(element)) else {
                expected("env[\(index)]", Names.variableRule, element)
                continue
            }
            let name = document.text(element)
            if name.hasPrefix("WEIR_JOB") || JobEnvironment.names.contains(name) {
                faults.append("env[\(index)]: '\(name)' is set by Weir; leave it out")
            } else if !names.contains(name) {
                names.append(name)
            }
        }
        settings.environment = names
    }

    private mutating func readBackoff(_ node: JSONNode) {
        guard node.kind == .object else {
            return expected("backoff", "an object such as {\"type\":\"fixed\",\"base\":30}", node)
        }
        var growth = Backoff.standard.growth
        var base = Backoff.standard.baseMilliseconds
        var most: Int64?
        var jitter = Backoff.standard.jitterPermille
        let range = 0...Limits.backoffMillisecondsMax
        if let name = document.duplicateKey(in: node) {
            faults.append("'backoff.\(shown(name))' is there twice; give it once")
        }
        for (key, value) in document.members(of: node) {
            switch document.text(key) {
            case "type":
                if document.isText(value, "fixed") {
                    growth = .fixed
                } else if document.isText(value, "exponential") {
                    growth = .exponential
                } else {
                    expected("backoff.type", "'exponential' or 'fixed'", value)
                }
            case "base": base = duration(value, "backoff.base", range) ?? base
            case "max": most = duration(value, "backoff.max", range)
            case "jitter":
                if let share = document.number(value), (0...1).contains(share) {
                    jitter = Int64((share * 1_000).rounded())
                } else {
                    expected("backoff.jitter", "a number from 0 to 1", value)
                }
            default: faults.append("'backoff.\(shown(document.text(key)))' is not known")
            }
        }
        settings.backoff = Backoff(
            growth: growth, baseMilliseconds: base,
            maxMilliseconds: most ?? max(base, Backoff.standard.maxMilliseconds),
            jitterPermille: jitter)
    }

    private mutating func integer(
        _ node: JSONNode, _ path: String, _ range: ClosedRange<Int>
    ) -> Int? {
        guard let value = document.integer(node), range.contains(Int(clamping: value)) else {
            expected(path, "a whole number from \(range.lowerBound) to \(range.upperBound)", node)
            return nil
        }
        return Int(clamping: value)
    }

    private mutating func megabytes(_ node: JSONNode, _ path: String) -> Int? {
        integer(node, path, 1...Limits.programMegabytesMax).map { $0 << 20 }
    }

    private mutating func duration(
        _ node: JSONNode, _ path: String, _ range: ClosedRange<Int64>
    ) -> Int64? {
        let isText = node.kind == .string
        let text =
            isText ? document.text(node) : String(decoding: document.raw(node), as: UTF8.self)
        guard isText || node.kind == .number, let found = DurationText.milliseconds(text),
            range.contains(found)
        else {
            expected(
                path,
                "a time from \(DurationText.text(range.lowerBound)) to"
                    + " \(DurationText.text(range.upperBound)), such as 30 or \"5m\"", node)
            return nil
        }
        return found
    }

    private mutating func expected(_ path: String, _ what: String, _ node: JSONNode) {
        let found = String(decoding: document.raw(node), as: UTF8.self)
        faults.append("\(path) takes \(what), not \(shown(found))")
    }

    private func shown(_ text: String) -> String {
        text.count > JobFile.valueShownMax
            ? text.prefix(JobFile.valueShownMax) + "…" : text
    }
}
