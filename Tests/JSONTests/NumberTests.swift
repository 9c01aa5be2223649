import JSON
import Testing

@Suite struct `Numbers` {
    private func root(_ text: String) throws -> (JSONDocument, JSONNode) {
        let document = try JSONDocument(validating: Array(text.utf8))
        return (document, document.root)
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("0.0", 0), ("-0e5", 0), ("0e99999999999999999999", 0), ("5", 5),
            ("5.0", 5), ("5.000", 5), ("1e3", 1_000), ("1E+3", 1_000), ("1000e-3", 1),
            ("1.5e1", 15),
            ("-12.50e2", -1_250), ("0.001e3", 1), ("100e-2", 1),
            ("1e18", 1_000_000_000_000_000_000),
            ("9007199254740992", 9_007_199_254_740_992),
            ("9007199254740993", 9_007_199_254_740_993),
            ("9007199254740993.0", 9_007_199_254_740_993),
            ("90071992547409930e-1", 9_007_199_254_740_993),
            ("9223372036854775807", Int64.max), ("9223372036854775807.000", Int64.max),
            ("922337203685477580.7e1", Int64.max), ("-9223372036854775808", Int64.min),
            ("-9223372036854775808.0", Int64.min), ("-9.223372036854775808e18", Int64.min),
            ("1" + String(repeating: "0", count: 300) + "e-300", 1),
            ("0." + String(repeating: "0", count: 299) + "7e300", 7),
            ("3." + String(repeating: "0", count: 500), 3),
        ] as [(String, Int64)])
    func `a number that equals an integer of 64 bits is that integer`(
        text: String, value: Int64
    ) throws {
        let (document, node) = try root(text)
        #expect(document.integer(node) == value)
    }

    @Test(arguments: [
        "0.5", "5.5", "1e-1", "15e-1", "1000e-4", "-0.1", "1e-400", "1e-99999999999999999999",
        "9223372036854775808", "-9223372036854775809", "18446744073709551616", "1e19", "1e400",
        "-1e400", "1e99999999999999999999", "0.99999999999999999999", "1.00000000000000000001",
        "9007199254740992.5", "9223372036854775807.5", "123456789012345678901234567890",
        "9223372036854775808e-0", "99999999999999999999e-1", "1e9223372036854775807",
    ])
    func `a number that equals none has no integer value`(text: String) throws {
        let (document, node) = try root(text)
        #expect(document.integer(node) == nil)
    }

    @Test(
        arguments: [
            ("0", 0), ("0.1", 0.1), ("-2.5e-3", -0.0025), ("1e308", 1e308),
            ("5e-324", .leastNonzeroMagnitude),
            ("1e-400", 0), ("123456789012345678901234567890", 0x1.8ee90ff6c373ep+96),
        ] as [(String, Double)])
    func `a number reads as the nearest binary fraction`(text: String, value: Double) throws {
        let (document, node) = try root(text)
        #expect(document.number(node) == value)
    }

    @Test(arguments: ["1e309", "-1e309", "1e99999"])
    func `a number too great for a binary fraction has none`(text: String) throws {
        let (document, node) = try root(text)
        #expect(document.number(node) == nil)
    }

    @Test(arguments: ["\"1\"", "true", "null", "[]", "{}"])
    func `what is no number has neither value`(text: String) throws {
        let (document, node) = try root(text)
        #expect(document.integer(node) == nil)
        #expect(document.number(node) == nil)
    }

    @Test(arguments: [
        "0", "-0", "1.0", "1.10", "1E5", "1e+05", "0.1e-7", "123456789012345678901234567890",
        "-" + String(repeating: "9", count: 5_000), "3." + String(repeating: "14", count: 5_000),
        "1e-99999999",
    ])
    func `a number of any size passes through unchanged`(text: String) throws {
        let document = try JSONDocument(validating: Array(" {\"n\" : \(text) } ".utf8))
        let node = try #require(document.member(document.root, "n"))
        #expect(Array(document.raw(node)) == Array(text.utf8))
        var writer = JSONWriter()
        writer.beginArray()
        writer.raw(document.raw(node))
        writer.endArray()
        #expect(writer.bytes == Array("[\(text)]".utf8))
    }
}
