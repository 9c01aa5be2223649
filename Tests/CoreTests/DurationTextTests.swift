import Core
import Testing

@Suite struct `Durations as text` {
    @Test(
        arguments: [
            ("0", 0), ("30", 30_000), ("0.5", 500), ("30s", 30_000), ("250ms", 250),
            ("5m", 300_000),
            ("2h", 7_200_000), ("1d", 86_400_000), ("1.5h", 5_400_000), ("0.001", 1), ("0.001s", 1),
            ("007", 7_000), ("1.250", 1_250), ("1.2500", 1_250), ("0.000000000", 0),
            ("0.00005m", 3), ("36525d", 3_155_760_000_000), ("3155760000", 3_155_760_000_000),
            ("3155760000000ms", 3_155_760_000_000), ("1.0ms", 1),
        ] as [(String, Int64)])
    func `a duration is read exactly`(text: String, milliseconds: Int64) {
        #expect(DurationText.milliseconds(text) == milliseconds)
    }

    @Test(arguments: [
        "", "s", "ms", ".5", "5.", "5.s", "1.2.3", "-1", "+1", "-5s", "1 s", " 1s", "1s ", "1S",
        "1sec", "1w", "1e3", "0x10", "1_000", "1,5", "١s", "∞", "NaN", "5m30s", "1h 5m", "PT5M",
    ])
    func `what is no duration is refused`(text: String) {
        #expect(DurationText.milliseconds(text) == nil)
    }

    @Test(arguments: [
        "0.0001", "0.0005", "0.00005", "1.00001", "1.000000001s", "0.5ms", "1.01ms", "0.00001m",
        "0.000000001h", "0.1234567890",
    ])
    func `what is finer than a millisecond is refused`(text: String) {
        #expect(DurationText.milliseconds(text) == nil)
    }

    @Test(arguments: [
        "36525.1d", "36526d", "3155760000.001", "3155760001", "3155760000001ms", "9999999999999d",
        "106751991167d", "106751991167.5d", "9223372036854775807", "9223372036854775808ms",
        "99999999999999999999999999999999999999",
    ])
    func `what is longer than a hundred years is refused`(text: String) {
        #expect(DurationText.milliseconds(text) == nil)
    }

    @Test(
        arguments: [
            (0, "0s"), (1, "1ms"), (1_500, "1500ms"), (90_000, "90s"), (60_000, "1m"),
            (5_400_000, "90m"), (3_600_000, "1h"), (86_400_000, "1d"),
            (Limits.durationMillisecondsMax, "36525d"),
        ] as [(Int64, String)])
    func `a duration is written in the greatest unit, and read back`(
        milliseconds: Int64, text: String
    ) {
        #expect(DurationText.text(milliseconds) == text)
        #expect(DurationText.milliseconds(text) == milliseconds)
    }
}
