import JSON
import Testing

@Suite struct `Reading a document` {
    private func document(_ text: String) throws -> JSONDocument {
        try JSONDocument(validating: Array(text.utf8))
    }

    private func raw(_ document: JSONDocument, _ node: JSONNode) -> String {
        String(decoding: document.raw(node), as: UTF8.self)
    }

    @Test func `members come in order with their names and values`() throws {
        let document = try document(
            " { \"a\" : 1,\"b\":[ {\"x\":\"}\"} ] , \"a\":\"\\\"]\",\"\":{} } ")
        let members = document.members(of: document.root).map { key, value in
            (document.text(key), raw(document, value))
        }
        #expect(members.map(\.0) == ["a", "b", "a", ""])
        #expect(members.map(\.1) == ["1", "[ {\"x\":\"}\"} ]", "\"\\\"]\"", "{}"])
    }

    @Test func `elements come in order`() throws {
        let document = try document(
            "[ 1 ,-2.5e3,\"a,b\" ,[[],[1,2]], {\"k\":[]},true , false,null]")
        let elements = document.elements(of: document.root)
        #expect(
            elements.map { raw(document, $0) } == [
                "1", "-2.5e3", "\"a,b\"", "[[],[1,2]]", "{\"k\":[]}", "true", "false", "null",
            ])
        #expect(
            document.elements(of: document.root).map(\.kind) == [
                .number, .number, .string, .array, .object, .true, .false, .null,
            ])
    }

    @Test(arguments: ["[]", "[ ]", "{}", "{ \n }"])
    func `an empty container has nothing in it`(text: String) throws {
        let document = try document(text)
        if document.root.kind == .array {
            #expect(document.elements(of: document.root).map(\.start) == [])
        } else {
            #expect(document.members(of: document.root).map(\.key.start) == [])
        }
    }

    @Test func `a member is found by its name, the first of two`() throws {
        let document = try document("{\"kind\":1,\"k\\u0069nd2\":2,\"kind\":3,\"kin\":4}")
        let root = document.root
        #expect(document.member(root, "kind").map { raw(document, $0) } == "1")
        #expect(document.member(root, "kind2").map { raw(document, $0) } == "2")
        #expect(document.member(root, "kin").map { raw(document, $0) } == "4")
        #expect(document.member(root, "ki") == nil)
        #expect(document.member(root, "Kind") == nil)
    }

    @Test(
        arguments: [
            ("{}", nil), ("{\"a\":1,\"b\":1}", nil), ("{\"a\":1,\"b\":1,\"a\":2}", "a"),
            ("{\"a\":1,\"\\u0061\":2}", "a"), ("{\"a\":{\"b\":1,\"b\":2},\"b\":1}", nil),
            ("{\"\":1,\"\":1}", ""), ("{\"é\":1,\"e\u{301}\":2}", nil), ("{\"a\":1,\"A\":2}", nil),
        ] as [(String, String?)])
    func `a name that an object has twice is found`(text: String, name: String?) throws {
        let document = try document(text)
        #expect(document.duplicateKey(in: document.root) == name)
    }

    @Test(arguments: [
        ("\"\"", ""), ("\"plain\"", "plain"), ("\"\\\"\\\\\\/\"", "\"\\/"),
        ("\"\\b\\f\\n\\r\\t\"", "\u{8}\u{C}\n\r\t"), ("\"\\u0041\\u00e9\\u00E9\"", "Aéé"),
        ("\"\\u0000\"", "\0"), ("\"\\uFFFF\\u20ac\"", "\u{FFFF}€"), ("\"\\ud83d\\ude00\"", "😀"),
        ("\"\\uD800\\uDC00\"", "\u{10000}"), ("\"\\udbff\\udfff\"", "\u{10FFFF}"),
        ("\"a\\\\u0041\"", "a\\u0041"), ("\"é😀\"", "é😀"), ("\"x\\ud83d\\ude00y\\n\"", "x😀y\n"),
    ])
    func `escapes are undone`(text: String, value: String) throws {
        let document = try document(text)
        #expect(Array(document.text(document.root).utf8) == Array(value.utf8))
    }

    @Test func `a string is compared with its escapes undone`() throws {
        for text in ["\"abc\"", "\"a\\u0062c\"", "\"\\u0061\\u0062\\u0063\""] {
            let document = try document(text)
            #expect(document.isText(document.root, "abc"))
            #expect(!document.isText(document.root, "abd"))
            #expect(!document.isText(document.root, "ab"))
            #expect(!document.isText(document.root, "abcd"))
            #expect(!document.isText(document.root, ""))
        }
        for text in ["123", "[]", "null", "{\"abc\":1}"] {
            let document = try document(text)
            #expect(!document.isText(document.root, "123"))
        }
    }

    @Test(
        arguments: [("true", true), ("false", false), ("null", nil), ("1", nil), ("\"true\"", nil)]
            as [(String, Bool?)])
    func `only true and false are booleans`(text: String, value: Bool?) throws {
        let document = try document(text)
        #expect(document.bool(document.root) == value)
    }

    @Test func `a value knows where it stands`() throws {
        let document = try document("  [10, \"x\" ]  ")
        #expect(document.root.start == 2)
        #expect(document.root.end == 12)
        let places = document.elements(of: document.root).map { [$0.start, $0.end] }
        #expect(places == [[3, 5], [7, 10]])
    }
}
