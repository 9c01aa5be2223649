import Core
import Programs
import Testing

@Suite struct `The log of an attempt` {
    private func lines(_ log: inout JobLog) -> [String] {
        log.take(bytesMax: .max, linesMax: .max)
    }

    @Test func `has the lines of both streams, however they are cut into pieces`() {
        var log = JobLog()
        for byte in "one\r\ntw".utf8 { log.received([byte], on: .output) }
        log.received(Array("bad\n".utf8), on: .errors)
        log.received(Array("o\n\nlast".utf8), on: .output)
        log.finished()
        #expect(lines(&log) == ["one", "bad", "two", "", "last"])
        #expect(log.trace == "bad")
        #expect(log.isEmpty)
    }

    @Test func `cuts a line without end, and says so`() {
        var log = JobLog()
        for _ in 0..<100 { log.received([UInt8](repeating: 120, count: 1_000), on: .output) }
        log.received(Array("\nnext\n".utf8), on: .output)
        let found = lines(&log)
        #expect(found.count == 2)
        #expect(found[0].utf8.count <= Limits.programLineBytesMax)
        #expect(found[0].utf8.count > Limits.programLineBytesMax - 100)
        #expect(found[0].hasSuffix("x [weir: the line was cut]"))
        #expect(found[1] == "next")
    }

    @Test func `replaces what is no UTF-8, and stays within a line's bounds`() {
        var log = JobLog()
        log.received([0x61, 0xFF, 0x62, 0, 10], on: .output)
        log.received([UInt8](repeating: 0xFF, count: 8_000) + [10], on: .output)
        let found = lines(&log)
        #expect(found[0] == "a\u{FFFD}b\u{FFFD}")
        #expect(found[1].utf8.count <= Limits.programLineBytesMax)
        #expect(found[1].hasSuffix("[weir: the line was cut]"))
    }

    @Test func `holds so much and then says how much was dropped`() {
        var log = JobLog()
        let part = Array(String(repeating: "0123456789abcde\n", count: 4_096).utf8)
        var kept = 0
        for _ in 0..<32 {
            log.received(part, on: .output)
            kept += lines(&log).reduce(0) { $0 + $1.utf8.count + 1 }
        }
        log.finished()
        #expect(kept == Limits.programLogBytesMax)
        let dropped = 32 * 65_536 - Limits.programLogBytesMax
        #expect(
            lines(&log) == [
                "[weir] the log is full: \(dropped / 16) more lines, \(dropped) bytes, were dropped"
            ])
    }

    @Test func `keeps the last twenty lines of standard error for the trace`() {
        var log = JobLog()
        // Long before the end the log is full.
        for number in 0..<100_000 { log.received(Array("line \(number)\n".utf8), on: .errors) }
        log.received(Array("x".utf8), on: .errors)
        log.finished()
        let trace = (99_981..<100_000).map { "line \($0)" } + ["x"]
        #expect(log.trace == trace.joined(separator: "\n"))
        #expect(log.lastError == "x")
    }

    @Test func `keeps the last lines of a great piece too`() {
        var log = JobLog()
        let piece = (0..<200_000).map { "line \($0)\n" }.joined()
        log.received(Array(piece.utf8), on: .errors)
        log.received(Array(piece.utf8), on: .errors)
        #expect(log.trace?.hasPrefix("line 199980\n") == true)
        #expect(log.trace?.hasSuffix("\nline 199999") == true)
    }

    @Test func `shows the end of a trace that is too long`() {
        var log = JobLog()
        for _ in 0..<20 {
            log.received(Array((String(repeating: "é", count: 2_000) + "\n").utf8), on: .errors)
        }
        let trace = log.trace ?? ""
        #expect(trace.utf8.count <= Limits.errorTraceBytesMax)
        #expect(trace.utf8.count > Limits.errorTraceBytesMax - 8)
        #expect(!trace.contains("\u{FFFD}"))
    }

    @Test func `is taken in pieces and put back in order`() {
        var log = JobLog()
        log.received(Array("a\nb\nc\nd\n".utf8), on: .output)
        let first = log.take(bytesMax: 2, linesMax: 10)
        #expect(first == ["a", "b"])
        log.putBack(first)
        #expect(log.take(bytesMax: 100, linesMax: 3) == ["a", "b", "c"])
        #expect(lines(&log) == ["d"])
    }

    @Test func `makes its program wait for lines without a letter too`() {
        var log = JobLog()
        log.received([UInt8](repeating: 10, count: 20_000), on: .output)
        #expect(log.isBackedUp && log.waitingBytes >= 20_000)
        let taken = log.take(bytesMax: 1, linesMax: 19_000)
        #expect(taken.count == 19_000 && !log.isBackedUp)
        log.putBack(taken)
        #expect(log.isBackedUp)
        #expect(lines(&log).count == 20_000 && log.waitingBytes == 0)
    }

    @Test func `drops lines for which there is no room, where nobody can be made to wait`() {
        var log = JobLog(waitingBytesMax: 10_000)
        for number in 0..<1_000 { log.received(Array("\(number)\n".utf8), on: .output) }
        #expect(log.waitingBytes < 10_100)
        let late = "lines were dropped: the server had not taken those before"
        let first = lines(&log)
        #expect(first == (0..<first.count).map { "\($0)" })
        #expect(lines(&log) == ["[weir] \(1_000 - first.count) \(late)"])
        // There is room again, and what comes last is told of too.
        for number in 0..<1_000 { log.received(Array("\(number)\n".utf8), on: .output) }
        log.finished()
        let second = lines(&log)
        #expect(second.first == "0" && second.last?.hasSuffix(late) == true)
        #expect(lines(&log) == [])
    }

    @Test func `says that lines were dropped at the place where they are missing`() {
        var log = JobLog(waitingBytesMax: 10_000)
        var found: [String] = []
        for number in 0..<5_000 {
            log.received(Array("\(number)\n".utf8), on: .output)
            // Half as fast as they come, they are taken.
            if number.isMultiple(of: 10) { found += log.take(bytesMax: .max, linesMax: 5) }
        }
        log.finished()
        found += lines(&log)
        var next = 0
        var gapCount = 0
        for line in found {
            if let number = Int(line) {
                #expect(number == next)
                next = number + 1
            } else {
                gapCount += 1
                next += Int(line.split(separator: " ")[1]) ?? 0
            }
        }
        #expect(next == 5_000 && gapCount > 2)
    }

    @Test func `has so many notes of the runner's and no more`() {
        var log = JobLog()
        for number in 0..<10_000 { log.note("\(number)") }
        log.finished()
        let found = lines(&log)
        #expect(found.count == Limits.logNotesMax + 1)
        #expect(found.last == "[weir] \(10_000 - Limits.logNotesMax) more notes were passed over")
    }

    @Test func `makes its program wait when nobody takes it`() {
        var log = JobLog()
        log.received([UInt8](repeating: 10, count: 10), on: .output)
        #expect(!log.isBackedUp)
        let line = String(repeating: "x", count: 4_000) + "\n"
        for _ in 0..<70 { log.received(Array(line.utf8), on: .output) }
        #expect(log.isBackedUp)
        _ = log.take(bytesMax: 64_000, linesMax: 500)
        #expect(!log.isBackedUp)
    }
}
