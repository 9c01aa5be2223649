import Core

/// The log of one attempt: the lines of both streams, up to what a log may hold, and the last lines
/// of standard error.
package struct JobLog: Sendable {
    /// The streams that a program writes its log to.
    package enum Stream: Sendable {
        case output
        case errors
    }

    private static let cutNote = " [weir: the line was cut]"
    private static let textBytesMax = Limits.programLineBytesMax - cutNote.utf8.count

    private var output = LineReader(lineBytesMax: textBytesMax)
    private var errors = LineReader(lineBytesMax: textBytesMax)
    private var bytesLeft = Limits.programLogBytesMax
    private var droppedBytes = 0
    private var droppedLines = 0
    private var waiting: [String] = []
    /// The room that the lines which wait take, those without a letter included.
    package private(set) var waitingBytes = 0
    private let waitingBytesMax: Int
    /// Lines for which there was no room among those that wait.
    private var lateLines = 0
    private var notesLeft = Limits.logNotesMax
    private var notesPassedOver = 0
    private var lastErrors: [String] = []

    /// An empty log. Where nobody can be made to wait until lines are taken, those beyond
    /// `waitingBytesMax` are dropped.
    package init(waitingBytesMax: Int = .max) { self.waitingBytesMax = waitingBytesMax }

    /// Bytes came on a stream.
    package mutating func received(_ bytes: [UInt8], on stream: Stream) {
        let kept = droppedBytes > 0 ? dropStart(of: bytes, on: stream) : bytes[...]
        guard !kept.isEmpty else { return }
        let lines =
            switch stream {
            case .output: output.take(Array(kept))
            case .errors: errors.take(Array(kept))
            }
        for line in lines { add(line, from: stream) }
    }

    /// Where the log is full, a gigabyte must cost no more than being counted. What may be the last
    /// lines of standard error is left.
    private mutating func dropStart(
        of bytes: [UInt8], on stream: Stream
    ) -> ArraySlice<UInt8> {
        var start = bytes.endIndex
        if stream == .errors {
            var lines = 0
            while start > 0, lines <= Limits.traceLinesMax {
                start -= 1
                if bytes[start] == 10 { lines += 1 }
            }
            // Too few lines for that: all of it may be among the last.
            guard lines > Limits.traceLinesMax else { return bytes[...] }
            start += 1
        }
        let dropped = bytes[..<start]
        droppedBytes += dropped.count
        droppedLines += dropped.count { $0 == 10 }
        switch stream {
        case .output: droppedBytes += output.forget()
        case .errors: droppedBytes += errors.forget()
        }
        return bytes[start...]
    }

    /// Nothing more will come.
    package mutating func finished() {
        if let line = output.finish() { add(line, from: .output) }
        if let line = errors.finish() { add(line, from: .errors) }
        tellOfLateLines()
        if notesPassedOver > 0 {
            append("[weir] \(notesPassedOver) more notes were passed over")
            notesPassedOver = 0
        }
        guard droppedBytes > 0 else { return }
        append(
            "[weir] the log is full: \(droppedLines) more lines, \(droppedBytes) bytes, were"
                + " dropped")
        droppedBytes = 0
    }

    /// A line of the runner's own.
    package mutating func note(_ text: String) {
        guard notesLeft > 0 else {
            notesPassedOver += 1
            return
        }
        notesLeft -= 1
        append("[weir] " + text)
    }

    /// True if more is waiting than should be before more is read.
    package var isBackedUp: Bool { waitingBytes > Limits.logBacklogBytesMax }

    package var isEmpty: Bool { waiting.isEmpty }

    /// How much was taken out, in bytes with the end of each line: where the next ones begin.
    package private(set) var takenBytes: Int64 = 0

    private static func bytes(of lines: [String]) -> Int64 {
        lines.reduce(0) { $0 + Int64($1.utf8.count + 1) }
    }

    /// Takes out the first lines, as far as they fit.
    package mutating func take(bytesMax: Int, linesMax: Int) -> [String] {
        var count = 0
        var bytes = 0
        while count < min(linesMax, waiting.count) {
            let next = waiting[count].utf8.count
            if count > 0, bytes + next > bytesMax { break }
            bytes += next
            count += 1
        }
        let taken = Array(waiting[..<count])
        waiting.removeFirst(count)
        takenBytes += JobLog.bytes(of: taken)
        waitingBytes -= JobLog.room(of: taken)
        // Not before there is room for more than this.
        if waitingBytes < waitingBytesMax / 2 { tellOfLateLines() }
        return taken
    }

    /// Puts lines back that could not be delivered.
    package mutating func putBack(_ lines: [String]) {
        waiting = lines + waiting
        takenBytes -= JobLog.bytes(of: lines)
        waitingBytes += JobLog.room(of: lines)
    }

    private static func room(of lines: [String]) -> Int {
        lines.reduce(0) { $0 + $1.utf8.count + Limits.logLineRoomBytes }
    }

    private mutating func tellOfLateLines() {
        guard lateLines > 0 else { return }
        append("[weir] \(lateLines) lines were dropped: the server had not taken those before")
        lateLines = 0
    }

    /// The last lines of standard error, for the error of a failure.
    package var trace: String? {
        guard !lastErrors.isEmpty else { return nil }
        return lastErrors.joined(separator: "\n").keepingEnd(bytesMax: Limits.errorTraceBytesMax)
    }

    /// The last line of standard error that says something.
    package var lastError: String? { lastErrors.last { !$0.isEmpty } }

    private mutating func add(_ line: LineReader.Line, from stream: Stream) {
        // A program that speaks to a terminal ends its lines with both.
        let bytes = line.bytes.last == 13 && !line.isCut ? line.bytes.dropLast() : line.bytes[...]
        let whole = JobLog.text(bytes)
        // Bad bytes take more room once they are replaced.
        var text = whole.keepingStart(bytesMax: JobLog.textBytesMax)
        if line.isCut || text.utf8.count < whole.utf8.count { text += JobLog.cutNote }
        if stream == .errors {
            lastErrors.append(text)
            if lastErrors.count > Limits.traceLinesMax { lastErrors.removeFirst() }
        }
        guard droppedBytes == 0, bytesLeft >= text.utf8.count + 1 else {
            droppedBytes += line.bytes.count + 1
            droppedLines += 1
            return
        }
        // None after one that was dropped, until that is told: the note stands where the gap is.
        guard lateLines == 0, waitingBytes < waitingBytesMax else {
            lateLines += 1
            return
        }
        bytesLeft -= text.utf8.count + 1
        append(text)
    }

    private mutating func append(_ text: String) {
        waiting.append(text)
        waitingBytes += text.utf8.count + Limits.logLineRoomBytes
    }

    /// Bytes that are no UTF-8 are replaced; a zero byte is no text that could be stored.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        guard bytes.contains(0) else { return text }
        return String(text.map { $0 == "\0" ? "\u{FFFD}" : $0 })
    }
}
