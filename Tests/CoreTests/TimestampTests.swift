import Core
import Testing

@Suite struct `Timestamps` {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00.000Z", 0),
            ("1969-12-31T23:59:59.999Z", -1),
            ("2025-01-01T00:00:00.000Z", 1_735_689_600_000),
            ("2026-11-30T23:59:59.999Z", 1_796_083_199_999),
            ("2026-12-01T00:00:00.000Z", 1_796_083_200_000),
            ("2024-02-29T12:00:00.000Z", 1_709_208_000_000),
            ("2000-02-29T00:00:00.001Z", 951_782_400_001),
            ("1900-03-01T00:00:00.000Z", -2_203_891_200_000),
            ("0000-01-01T00:00:00.000Z", -62_167_219_200_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ] as [(String, Int64)])
    func `a time is shown and read back as the same milliseconds`(
        text: String, milliseconds: Int64
    ) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
        #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        ("2026-12-01T01:00:00+01:00", "2026-12-01T00:00:00.000Z"),
        ("2026-11-30T19:00:00-05:00", "2026-12-01T00:00:00.000Z"),
        ("2026-12-01T05:45:00+05:45", "2026-12-01T00:00:00.000Z"),
        ("2026-12-01T23:59:00+23:59", "2026-12-01T00:00:00.000Z"),
        ("2026-12-01T00:00:00-00:00", "2026-12-01T00:00:00.000Z"),
        ("2024-03-01T00:30:00+01:00", "2024-02-29T23:30:00.000Z"),
        ("2026-12-01t00:00:00z", "2026-12-01T00:00:00.000Z"),
        ("2026-12-01T00:00:00.5Z", "2026-12-01T00:00:00.500Z"),
        ("2026-12-01T00:00:00.05Z", "2026-12-01T00:00:00.050Z"),
        ("2026-12-01T00:00:00.1239Z", "2026-12-01T00:00:00.123Z"),
        ("2026-12-01T00:00:00.123456789Z", "2026-12-01T00:00:00.123Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.000Z"),
    ])
    func `offsets, fractions and leap seconds are taken`(text: String, shown: String) {
        #expect(Timestamp(rfc3339: text)?.description == shown)
    }

    @Test(arguments: [
        "", "2026", "2026-12-01", "2026-12-01T00:00:00", "2026-12-01T00:00:00 Z",
        "2026-12-01 00:00:00Z", "2026-12-01T00:00Z", "2026-12-01T00:00:00.Z",
        "2026-12-01T00:00:00,5Z", "2026-12-01T00:00:00.1234567890Z", "2026-12-01T00:00:00ZZ",
        "2026-12-01T00:00:00Z ", " 2026-12-01T00:00:00Z", "2026-12-01T00:00:00+0100",
        "2026-12-01T00:00:00+01", "2026-12-01T00:00:00+24:00", "2026-12-01T00:00:00+01:60",
        "2026-12-01T24:00:00Z", "2026-12-01T00:60:00Z", "2026-12-01T00:00:61Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-12-00T00:00:00Z",
        "2026-11-31T00:00:00Z", "2025-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z", "+026-12-01T00:00:00Z", "-026-12-01T00:00:00Z",
        "20261201T000000Z", "2026-12-01T00:00:-1Z", "2026-12-01T00:00:0١Z", "1796083200000",
    ])
    func `what is no time of RFC 3339 is refused`(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test(arguments: ["0000-01-01T00:00:00+00:01", "9999-12-31T23:59:00-00:01"])
    func `a time that no year of four digits shows in UTC is refused`(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test func `every millisecond that is shown reads back the same`() {
        var random = Random(seed: 1)
        for _ in 0..<5_000 {
            let range: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999
            let time = Timestamp(milliseconds: Int64.random(in: range, using: &random))
            #expect(Timestamp(rfc3339: time.description) == time)
        }
    }

    @Test func `text of the same width sorts as the times do`() {
        var random = Random(seed: 2)
        for _ in 0..<2_000 {
            let left = Timestamp(
                milliseconds: Int64.random(in: 0...4_000_000_000_000, using: &random))
            let right = Timestamp(
                milliseconds: Int64.random(in: 0...4_000_000_000_000, using: &random))
            #expect((left < right) == (left.description < right.description))
        }
    }

    @Test func `since and adding undo each other`() {
        let start = Timestamp(milliseconds: 1_000)
        #expect(start.adding(-1_500).milliseconds == -500)
        #expect(start.adding(250).since(start) == 250)
        #expect(start.since(start.adding(250)) == -250)
    }

    @Test(
        arguments: [(7, 2, 3), (-7, 2, -4), (-8, 2, -4), (0, 5, 0), (-1, 86_400_000, -1)]
            as [(Int64, Int64, Int64)])
    func `floored division rounds down on both sides of zero`(
        value: Int64, divisor: Int64, quotient: Int64
    ) {
        #expect(value.flooredDivision(by: divisor) == quotient)
    }
}
