import Core
import Testing

@Suite struct LogTailTests {
    private let first = AttemptID(rawValue: 1)
    private let second = AttemptID(rawValue: 2)

    private func bounds(attempt: Int64 = 1_000, job: Int64 = 1_000) -> LogBounds {
        var bounds = LogBounds()
        bounds.attemptBytesMax = attempt
        bounds.jobBytesMax = job
        return bounds
    }

    @Test func `a log counts its lines and their bytes, ends of line included`() {
        var tail = LogTail(attempt: first)
        #expect(tail.said(["ä", ""], in: first, bounds: bounds()) == ["ä", ""])
        #expect(
            tail == LogTail(last: 2, attempt: first, attemptBytes: 4, jobBytes: 4, cut: .none))
        _ = tail.said(["xyz"], in: second, bounds: bounds())
        #expect(
            tail == LogTail(last: 3, attempt: second, attemptBytes: 4, jobBytes: 8, cut: .none))
    }

    @Test func `the line that fills a bound is kept, and the next is not`() {
        var tail = LogTail(attempt: first)
        #expect(tail.said(["1234"], in: first, bounds: bounds(attempt: 5)) == ["1234"])
        #expect(tail.cut == .none)
        let kept = tail.said(["", "never"], in: first, bounds: bounds(attempt: 5))
        #expect(kept.count == 1)
        #expect(tail.cut == .attempt)
        #expect(tail.last == 2)
        #expect(tail.said(["never"], in: first, bounds: bounds()) == [])
        #expect(tail.last == 2)
    }

    @Test func `the bound of the job is for good, that of an attempt ends with it`() {
        var tail = LogTail(attempt: first)
        _ = tail.said(["12345"], in: first, bounds: bounds(attempt: 5))
        #expect(tail.cut == .attempt)
        #expect(tail.said(["a"], in: second, bounds: bounds(attempt: 5)) == ["a"])
        #expect(tail.cut == .none)
        _ = tail.said(["b"], in: second, bounds: bounds(job: 5))
        #expect(tail.cut == .job)
        #expect(tail.said(["c"], in: AttemptID(rawValue: 3), bounds: bounds()) == [])
    }

    @Test func `a line that is too long is cut between letters, and says so`() {
        var tail = LogTail(attempt: first)
        let line = String(repeating: "ä", count: Limits.logLineBytesMax)
        let kept = tail.said([line], in: first, bounds: LogBounds())
        #expect(kept.count == 1)
        #expect(kept[0].hasPrefix(String(repeating: "ä", count: Limits.logLineBytesMax / 2 - 12)))
        #expect(kept[0].hasSuffix(" [weir: the line is cut]"))
        #expect(kept[0].utf8.count <= Limits.logLineBytesMax)
        let exact = String(repeating: "x", count: Limits.logLineBytesMax)
        #expect(tail.said([exact], in: first, bounds: LogBounds()) == [exact])
    }

    @Test func `what was cut hides nothing that is said after it`() {
        var tail = LogTail(attempt: first)
        let line = String(repeating: "x", count: Limits.logLineBytesMax + 1)
        _ = tail.said([line], from: 0, in: first, bounds: LogBounds())
        let next = Int64(line.utf8.count + 1)
        #expect(tail.said(["ok"], from: next, in: first, bounds: LogBounds()) == ["ok"])
    }

    @Test func `a message of progress is cut to what is shown`() {
        let progress = Progress(
            hundredths: 5, message: String(repeating: "é", count: 1_000))
        #expect(progress.message?.utf8.count == Limits.progressMessageBytesMax)
    }
}
