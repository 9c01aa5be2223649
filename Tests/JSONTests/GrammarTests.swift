import JSON
import Testing

/// A text that is not JSON, and what is said of it.
struct BadText: Sendable, CustomTestStringConvertible {
    let bytes: [UInt8]
    let offset: Int
    let reason: JSONError.Reason

    init(_ text: String, _ offset: Int, _ reason: JSONError.Reason) {
        bytes = Array(text.utf8)
        self.offset = offset
        self.reason = reason
    }

    /// A byte that stands where something else should.
    static func found(
        _ byte: Unicode.Scalar, _ text: String, _ offset: Int, _ wanted: JSONError.Wanted
    ) -> BadText {
        BadText(text, offset, .unexpectedByte(UInt8(ascii: byte), wanted: wanted))
    }

    var testDescription: String { String(decoding: bytes, as: UTF8.self) }

    var fault: Fault? { Fault(in: bytes) }
}

@Suite struct `The grammar of JSON` {
    @Test(
        arguments: [
            ("{}", .object), ("[]", .array), ("\"\"", .string), ("0", .number), ("true", .true),
            ("false", .false), ("null", .null), (" \t\r\n0 \t\r\n", .number), ("[ ]", .array),
            ("{ }", .object), ("[1,2]", .array), ("[ 1 , 2 ]", .array), ("{\"a\":1}", .object),
            ("{ \"a\" : 1 , \"a\" : [ ] }", .object), ("{\"\":{\"\":[[{}]]}}", .object),
            ("-0", .number), ("-0.0", .number), ("0e0", .number), ("1E+2", .number),
            ("10.01e-20", .number), ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\"", .string),
            ("\"\\ud83d\\ude00\"", .string), ("\"\u{7F}\u{2028}é\u{10FFFF}\"", .string),
            ("\"'//\"", .string), ("[true,false,null]", .array),
        ] as [(String, JSONNode.Kind)])
    func `a text of the grammar is taken`(text: String, kind: JSONNode.Kind) throws {
        #expect(try JSONDocument(validating: Array(text.utf8)).root.kind == kind)
    }

    @Test(arguments: [
        ("", 0), (" ", 1), ("[", 1), ("{", 1), ("[1", 2), ("[1,", 3), ("[1, ", 4), ("{\"a\"", 4),
        ("{\"a\":", 5), ("{\"a\":1", 6), ("{\"a\":1,", 7), ("[[]", 3), ("\"", 1), ("\"abc", 4),
        ("\"a\\", 3), ("\"\\u12", 5), ("\"\\ud83d\\u", 9), ("tru", 3), ("nul", 3), ("f", 1),
    ])
    func `a text that ends too early says where`(text: String, offset: Int) {
        let fault = Fault(in: Array(text.utf8))
        #expect(fault == Fault(offset: offset, reason: .unexpectedEnd))
    }

    @Test(
        arguments: [
            .found("]", "]", 0, .value), .found("}", "}", 0, .value), .found(",", "[,]", 1, .value),
            .found("]", "[1,]", 3, .value), .found("2", "[1 2]", 3, .commaOrBracket),
            .found("}", "[1}", 2, .commaOrBracket), .found("]", "{\"a\":1]", 6, .commaOrBrace),
            .found("\"", "{\"a\":1 \"b\":2}", 7, .commaOrBrace),
            .found(":", "[\"a\":1]", 4, .commaOrBracket), .found("1", "{1:2}", 1, .key),
            .found("a", "{a:1}", 1, .key), .found(",", "{,}", 1, .key),
            .found("}", "{\"a\":1,}", 7, .key), .found("'", "{'a':1}", 1, .key),
            .found("1", "{\"a\" 1}", 5, .colon), .found(",", "{\"a\",1}", 4, .colon),
            .found("}", "{\"a\"}", 4, .colon), .found("}", "{\"a\":}", 5, .value),
            .found(":", "{\"a\"::1}", 5, .value), .found("'", "'a'", 0, .value),
            .found("n", "nulL", 0, .value), .found("n", "nullx", 0, .value),
            .found("t", "truefalse", 0, .value), .found("t", "[true1]", 1, .value),
            .found("T", "True", 0, .value), .found("N", "NaN", 0, .value),
            .found("N", "[NaN]", 1, .value), .found("I", "Infinity", 0, .value),
            .found("u", "undefined", 0, .value), .found("+", "+1", 0, .value),
            .found(".", ".5", 0, .value), .found("/", "/*a*/1", 0, .value),
            .found("#", "#1", 0, .value), .found("\u{0B}", "\u{0B}1", 0, .value),
            .found("\0", "\0", 0, .value),
        ] as [BadText])
    func `a byte that cannot stand there is named`(row: BadText) {
        #expect(row.fault == Fault(offset: row.offset, reason: row.reason))
    }

    @Test(arguments: [
        ("01", 0), ("-", 0), ("--1", 0), ("-a", 0), ("-Infinity", 0), ("-01", 0), ("00", 0),
        ("1.", 0), ("1.e3", 0), ("1e", 0), ("1e+", 0), ("1E-", 0), ("1e1.5", 0), ("1.2.3", 0),
        ("0x10", 0), ("1a", 0), ("1-2", 0), ("[01]", 1), ("[1,-]", 3), ("[ 1.]", 2),
        ("{\"a\":1.}", 5), ("1e1e1", 0), ("-.5", 0),
    ])
    func `what is nearly a number is refused where it begins`(text: String, offset: Int) {
        let fault = Fault(in: Array(text.utf8))
        #expect(fault == Fault(offset: offset, reason: .badNumber))
    }

    @Test(arguments: [
        ("1 2", 2), ("{}{}", 2), ("[]]", 2), ("null,", 4), ("\"a\"b", 3), ("\"\"\"\"", 2),
        ("1//x", 1), ("1\0", 1), ("1_0", 1), ("{} \u{A0}", 3), ("1,5", 1),
    ])
    func `bytes after the value are refused`(text: String, offset: Int) {
        let fault = Fault(in: Array(text.utf8))
        #expect(fault == Fault(offset: offset, reason: .trailingBytes))
    }

    @Test(arguments: [
        BadText("\"a\tb\"", 2, .controlCharacter(9)), BadText("\"\0\"", 1, .controlCharacter(0)),
        BadText("\"\n\"", 1, .controlCharacter(10)),
        BadText("[\"\u{1F}\"]", 2, .controlCharacter(31)),
        BadText("{\"a\r\":1}", 3, .controlCharacter(13)), BadText("\"\\x\"", 1, .badEscape),
        BadText("\"a\\U0041\"", 2, .badEscape), BadText("\"\\u12G4\"", 1, .badEscape),
        BadText("\"\\u 041\"", 1, .badEscape), BadText("\"\\'\"", 1, .badEscape),
        BadText("\"\\0\"", 1, .badEscape), BadText("\"\\\n\"", 1, .badEscape),
        BadText("\"\\u12\"", 1, .badEscape), BadText("\"\\é\"", 1, .badEscape),
        BadText("\"\\ud800\"", 1, .loneSurrogate), BadText("\"\\udc00\"", 1, .loneSurrogate),
        BadText("\"\\uDFFF\\uD800\"", 1, .loneSurrogate),
        BadText("\"a\\ud800\\ud800\"", 2, .loneSurrogate),
        BadText("\"\\ud800x\"", 1, .loneSurrogate), BadText("\"\\ud800\\n\"", 1, .loneSurrogate),
        BadText("\"\\ud800\\u0041\"", 1, .loneSurrogate), BadText("\"\\ud800", 1, .loneSurrogate),
        BadText("{\"\\ud800\":1}", 2, .loneSurrogate),
        BadText("\"\\ud800\\uZZZZ\"", 7, .badEscape),
    ])
    func `what may not stand in a string is refused where it stands`(row: BadText) {
        #expect(row.fault == Fault(offset: row.offset, reason: row.reason))
    }

    @Test(arguments: [
        ("[1 2]", "byte 3: expected ',' or ']' after an element, found '2'"),
        ("{\"a\":1]", "byte 6: expected ',' or '}' after a member, found ']'"),
        ("{1", "byte 1: expected a string as member name, found '1'"),
        ("{\"a\" 1}", "byte 5: expected ':' after a member name, found '1'"),
        ("\u{0B}", "byte 0: expected a value, found byte 0x0b"),
        ("\u{FEFF}1", "byte 0: expected a value, found byte 0xef"),
        ("[", "byte 1: the text ends before the value does"),
        ("1 2", "byte 2: more bytes after the value"),
        ("01", "byte 0: not a number as JSON writes them"),
        ("\"\\q\"", "byte 1: no such escape in a string"),
        ("\"\\udc00\"", "byte 1: half of a surrogate pair, which is no character"),
        ("\"\n\"", "byte 1: control character byte 0x0a in a string; write it as an escape"),
    ])
    func `an error is a sentence with its place`(text: String, sentence: String) {
        #expect(Fault(in: Array(text.utf8))?.sentence == sentence)
    }
}
