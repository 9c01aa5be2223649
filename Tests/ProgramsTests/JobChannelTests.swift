import Core
import Programs
import Testing

@Suite struct `What a program says on fd 3` {
    private func channel(_ text: String) -> (channel: JobChannel, notes: [String]) {
        var channel = JobChannel()
        var notes = channel.received(Array(text.utf8))
        notes += channel.finished()
        return (channel, notes)
    }

    @Test func `is progress, a result, usage, an error and when to try again`() {
        let (channel, notes) = channel(
            #"""
            {"progress":40,"message":"two of five"}
            {"usage":{"llm_tokens":1200}}
            {"usage":{"llm_tokens":34,"pages":1}}
            {"result":{"a":[1, 2]}}
            {"error":{"type":"late","message":"too late"}}
            {"retry_in":"5m"}
            """#)
        #expect(notes == [])
        #expect(channel.progress?.percent == 40)
        #expect(channel.progress?.message == "two of five")
        #expect(channel.usage == ["llm_tokens": 1_234, "pages": 1])
        #expect(channel.result == Array(#"{"a":[1, 2]}"#.utf8))
        #expect(channel.complaint?.type == "late")
        #expect(channel.retryMilliseconds == 300_000)
    }

    @Test func `the last result holds, whatever value it is`() {
        #expect(channel("{\"result\":1}\n{\"result\":null}\n").channel.result == Array("null".utf8))
    }

    @Test(arguments: [
        "garbage", "[1]", "{\"progress\":140}", "{\"progress\":\"half\"}", "{\"usage\":3}",
        "{\"usage\":{\"llm_tokens\":-1}}", "{\"usage\":{\"A B\":1}}", "{\"unheard\":1}", "\u{0}",
        "{\"progress\":1", "{\"message\":7}", "{\"error\":{\"message\":[1]}}",
        "{\"error\":{\"type\":4}}", "{\"error\":{\"trace\":{}}}", "{\"error\":\"x\"}",
        "{\"retry_in\":\"soon\"}",
    ])
    func `that cannot be understood is told of, and no reason to fail`(line: String) {
        let (channel, notes) = channel(line + "\n{\"progress\":5}\n")
        #expect(notes.count == 1)
        #expect(notes.first?.hasPrefix("fd 3: ") == true)
        #expect(channel.progress?.percent == 5)
    }

    @Test func `fills no log with complaints`() {
        let (_, notes) = channel(String(repeating: "x\n", count: 10_000))
        #expect(notes.count == Limits.channelFaultsToldMax + 1)
        #expect(notes.last == "9995 more faults on fd 3 were passed over")
    }

    @Test func `has a result of bounded size`() {
        let large = String(repeating: "x", count: Limits.resultBytesMax - 2)
        #expect(channel("{\"result\":\"\(large)\"}\n").channel.result != nil)
        let larger = channel("{\"result\":\"\(large)x\"}\n").channel
        #expect(larger.result == nil && larger.resultFault == ResultBounds.tooLarge)
        let endless = channel("{\"result\":\"\(large)\(large)\(large)").channel
        #expect(endless.resultFault == ResultBounds.tooLarge)
    }

    /// A server reads it in three containers of its own.
    @Test(
        arguments: [
            (61, nil), (62, ResultBounds.tooDeep), (63, ResultBounds.tooDeep),
            (64, ResultBounds.tooDeep), (500, ResultBounds.tooDeep),
        ] as [(Int, WorkError?)])
    func `has a result of bounded depth, wherever it goes`(depth: Int, fault: WorkError?) {
        let result = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let found = channel("{\"result\":\(result)}\n")
        #expect(found.channel.resultFault == fault)
        #expect((found.channel.result == nil) == (fault != nil))
        #expect(found.notes.isEmpty == (fault == nil))
        #expect(channel("{\"result\":\(result)}\n{\"result\":1}\n").channel.resultFault == nil)
    }

    private static let deep = String(repeating: "[", count: 100)
    private static let large = String(repeating: "x", count: Limits.channelLineBytesMax)
    private static let message = String(repeating: "m", count: 200)

    @Test(
        arguments: [
            ("{\"message\":\"\(message)\",\"result\":\(deep)", ResultBounds.tooDeep),
            ("{\"message\":\"\(message)\",\"result\" : \"\(large)", ResultBounds.tooLarge),
            ("{\"x\":[\"\\\"{\"],\"result\":\"\(large)", ResultBounds.tooLarge),
            ("{\"x\":{\"result\":\(deep)", nil), ("{\"x\":\"\\\"result\\\":\(large)", nil),
            ("{\"message\":\"result\",\"x\":\(deep)", nil), ("\"result\":\(large)", nil),
        ] as [(String, WorkError?)])
    func `does not lose a result in silence, wherever in its line that stands`(
        line: String, fault: WorkError?
    ) {
        let found = channel(line + "\n")
        #expect(found.channel.resultFault == fault)
        #expect(found.notes.count == 1)
    }

    @Test func `adds up without an overflow`() {
        let line = "{\"usage\":{\"m\":\(Limits.amountMax)}}\n"
        #expect(channel(line + line).channel.usage == ["m": Limits.amountMax])
    }

    @Test func `names a bounded number of metrics`() {
        let lines = (0..<200).map { "{\"usage\":{\"m\($0)\":1}}\n" }.joined()
        #expect(channel(lines).channel.usage.count == Limits.reportedMetricsMax)
    }
}
