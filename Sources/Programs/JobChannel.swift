import Core
import JSON

/// What a program says on fd 3: JSON lines, each with one or more of `progress` and `message`,
/// `result`, `usage`, `error`, `retry_in`. What cannot be understood is told of in the log and
/// passed over: a program that computes right does not fail for how it speaks of it.
package struct JobChannel: Sendable {
    /// How far the program says it is.
    package struct Progress: Hashable, Sendable {
        package var percent: Double?
        package var message: String?

        /// So far, and what is being done.
        package init(percent: Double?, message: String? = nil) {
            self.percent = percent
            self.message = message
        }
    }

    /// What the program says of its failure.
    package struct Complaint: Hashable, Sendable {
        package var type: String?
        package var message: String?
        package var trace: String?
    }

    package private(set) var progress: Progress?
    /// JSON; the last one holds.
    package private(set) var result: [UInt8]?
    /// What is wrong with the last result, if it is one that cannot be kept.
    package private(set) var resultFault: WorkError?
    /// By metric, added up.
    package private(set) var usage: [String: Int64] = [:]
    package private(set) var complaint: Complaint?
    package private(set) var retryMilliseconds: Int64?
    private var lines = LineReader(lineBytesMax: Limits.channelLineBytesMax)
    private var notes: [String] = []
    private var faultCount = 0

    private static let shownBytesMax = 80

    /// Nothing said yet.
    package init() {}

    /// Bytes came. Gives what the log should tell of them.
    package mutating func received(_ bytes: [UInt8]) -> [String] {
        for line in lines.take(bytes) { read(line) }
        return takeNotes()
    }

    /// Nothing more will come: a last line without an end counts too.
    package mutating func finished() -> [String] {
        if let line = lines.finish() { read(line) }
        if faultCount > Limits.channelFaultsToldMax {
            notes.append(
                "\(faultCount - Limits.channelFaultsToldMax) more faults on fd 3 were passed over")
        }
        return takeNotes()
    }

    private mutating func takeNotes() -> [String] {
        defer { notes = [] }
        return notes
    }

    private mutating func fault(_ text: String) {
        faultCount += 1
        if faultCount <= Limits.channelFaultsToldMax { notes.append("fd 3: " + text) }
    }

    private mutating func read(_ line: LineReader.Line) {
        guard line.bytes.contains(where: { ![9, 13, 32].contains($0) }) else { return }
        guard !line.isCut else {
            if JobChannel.namesResult(line.bytes) { resultFault = ResultBounds.tooLarge }
            return fault(
                "a line of more than \(Limits.channelLineBytesMax) bytes was passed over")
        }
        do throws(JSONError) {
            let document = try JSONDocument(validating: line.bytes)
            guard document.root.kind == .object else {
                return fault("'\(shown(line.bytes))' is no JSON object")
            }
            read(document)
        } catch {
            if case .tooDeep = error.reason, JobChannel.namesResult(line.bytes) {
                resultFault = ResultBounds.tooDeep
            }
            fault("'\(shown(line.bytes))' is not JSON: \(error)")
        }
    }

    private mutating func read(_ document: JSONDocument) {
        var percent: Double?
        var message: String?
        for (key, value) in document.members(of: document.root) {
            switch document.text(key) {
            case "progress":
                guard let number = document.number(value), (0...100).contains(number) else {
                    fault("progress is a number from 0 to 100, not '\(shown(document.raw(value)))'")
                    continue
                }
                percent = number
            case "message":
                message = text(
                    value, of: "message", in: document, bytesMax: Limits.programMessageBytesMax)
            case "result":
                take(result: Array(document.raw(value)))
            case "usage": readUsage(value, document)
            case "error": readComplaint(value, document)
            case "retry_in": readRetry(value, document)
            default: fault("'\(shown(document.raw(key)))' is not known")
            }
        }
        if percent != nil || message != nil {
            progress = Progress(percent: percent ?? progress?.percent, message: message)
        }
    }

    private mutating func take(result bytes: [UInt8]) {
        resultFault = ResultBounds.fault(of: bytes)
        if let resultFault {
            fault(resultFault.message)
        } else {
            result = bytes
        }
    }

    private mutating func readUsage(_ node: JSONNode, _ document: JSONDocument) {
        guard node.kind == .object else {
            return fault("usage is an object such as {\"llm_tokens\":1200}")
        }
        for (key, value) in document.members(of: node) {
            let name = document.text(key)
            guard Names.isMetric(name), let amount = document.integer(value),
                (0...Limits.amountMax).contains(amount)
            else {
                fault("usage of '\(shown(document.raw(key)))' is a whole number of some metric")
                continue
            }
            guard usage[name] != nil || usage.count < Limits.reportedMetricsMax else {
                fault("usage of more than \(Limits.reportedMetricsMax) metrics")
                continue
            }
            usage[name] = min((usage[name] ?? 0) + amount, Limits.amountMax)
        }
    }

    private mutating func readComplaint(_ node: JSONNode, _ document: JSONDocument) {
        guard node.kind == .object else {
            return fault("error is an object such as {\"type\":\"…\",\"message\":\"…\"}")
        }
        var read = Complaint()
        for (key, value) in document.members(of: node) {
            switch document.text(key) {
            case "type":
                read.type = text(
                    value, of: "error.type", in: document, bytesMax: Limits.errorTypeBytesMax)
            case "message":
                read.message = text(
                    value, of: "error.message", in: document,
                    bytesMax: Limits.errorMessageBytesMax)
            case "trace":
                read.trace = text(
                    value, of: "error.trace", in: document, bytesMax: Limits.errorTraceBytesMax)
            default: fault("'error.\(shown(document.raw(key)))' is not known")
            }
        }
        complaint = read
    }

    private mutating func readRetry(_ node: JSONNode, _ document: JSONDocument) {
        let text =
            node.kind == .string
            ? document.text(node) : String(decoding: document.raw(node), as: UTF8.self)
        guard let found = DurationText.milliseconds(text), found <= Limits.runAtAheadMillisecondsMax
        else { return fault("retry_in is a time such as 30 or \"5m\"") }
        retryMilliseconds = found
    }

    /// A member that is text, or null as where it is not there.
    private mutating func text(
        _ node: JSONNode, of name: StaticString, in document: JSONDocument, bytesMax: Int
    ) -> String? {
        if node.kind == .null { return nil }
        guard node.kind == .string else {
            fault("\(name) is text, not '\(shown(document.raw(node)))'")
            return nil
        }
        return document.text(node).keepingStart(bytesMax: bytesMax)
    }

    /// True if the object in a line that cannot be read as a whole has a `result` of its own,
    /// wherever that stands: not one in a text or further in.
    private static func namesResult(_ line: [UInt8]) -> Bool {
        var rest = line[...]
        var depth = 0
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "\""):
                let text = takeText(&rest)
                rest = rest.drop { [9, 13, 32].contains($0) }
                let isName = depth == 1 && rest.first == UInt8(ascii: ":")
                if isName, text.elementsEqual("result".utf8) { return true }
            default: break
            }
        }
        return false
    }

    /// What is left of a text that has begun; its end is passed over.
    private static func takeText(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var isEscaped = false
        let end = rest.firstIndex { byte in
            defer { isEscaped = byte == UInt8(ascii: "\\") && !isEscaped }
            return byte == UInt8(ascii: "\"") && !isEscaped
        }
        defer { rest = rest[(end ?? rest.endIndex)...].dropFirst() }
        return rest[..<(end ?? rest.endIndex)]
    }

    private func shown(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: Array(bytes.prefix(JobChannel.shownBytesMax)), as: UTF8.self)
    }
}
