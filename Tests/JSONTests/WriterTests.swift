import Core
import JSON
import Testing

@Suite struct `The JSON writer` {
    private func written(_ write: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter(capacity: 0)
        write(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func `commas come by themselves`() {
        let text = written { writer in
            writer.beginObject()
            writer.key("a")
            writer.integer(1)
            writer.key("b")
            writer.beginArray()
            writer.integer(Int64(2))
            writer.beginArray()
            writer.endArray()
            writer.beginObject()
            writer.endObject()
            writer.string("x")
            writer.string(ascii: "y")
            writer.null()
            writer.bool(true)
            writer.bool(false)
            writer.endArray()
            writer.key("c" + "d")
            writer.beginObject()
            writer.key("e")
            writer.null()
            writer.endObject()
            writer.endObject()
        }
        #expect(text == #"{"a":1,"b":[2,[],{},"x","y",null,true,false],"cd":{"e":null}}"#)
    }

    @Test func `fields write a name and a value or null`() {
        let text = written { writer in
            writer.beginObject()
            writer.field("text", "t")
            writer.field("none", String?.none)
            writer.field("some", String?.some("s"))
            writer.field("int", 7)
            writer.field("int64", Int64.min)
            writer.field("no64", Int64?.none)
            writer.field("some64", Int64?.some(8))
            writer.field("yes", true)
            writer.field("raw", raw: Array("[1.0]".utf8))
            writer.field("noraw", raw: nil)
            writer.endObject()
        }
        #expect(
            text
                == #"{"text":"t","none":null,"some":"s","int":7,"int64":-9223372036854775808,"#
                + #""no64":null,"some64":8,"yes":true,"raw":[1.0],"noraw":null}"#)
    }

    @Test(arguments: [
        ("", #""""#), ("plain é 😀 \u{2028}\u{7F}", "\"plain é 😀 \u{2028}\u{7F}\""),
        ("\"\\/", #""\"\\/""#), ("\n\r\t", #""\n\r\t""#),
        ("\0\u{1}\u{8}\u{B}\u{C}\u{1F}", #""\u0000\u0001\u0008\u000b\u000c\u001f""#),
        ("\u{10}\u{19}\u{1A}", #""\u0010\u0019\u001a""#),
    ])
    func `text is escaped where it must be`(text: String, json: String) {
        #expect(written { $0.string(text) } == json)
        let key = written { writer in
            writer.beginObject()
            writer.key(text)
            writer.bool(true)
            writer.endObject()
        }
        #expect(key == "{" + json + ":true}")
    }

    @Test func `every character reads back`() throws {
        let scalars = (0...0x10FFFF as ClosedRange<UInt32>).lazy
            .filter { $0 < 0x300 || $0 % 97 == 0 || $0 > 0x10FFF0 }
            .compactMap(Unicode.Scalar.init)
        let text = String(String.UnicodeScalarView(scalars))
        var writer = JSONWriter()
        writer.string(text)
        let document = try JSONDocument(validating: writer.bytes)
        #expect(Array(document.text(document.root).utf8) == Array(text.utf8))
    }

    @Test(arguments: [0, 1, -1, 9, 10, -10, 12_345, Int64.max, Int64.min, Int64.min + 1])
    func `integers are written in decimal`(value: Int64) {
        #expect(written { $0.integer(value) } == String(value))
    }

    @Test func `numbers read back the same`() throws {
        var random = Random(seed: 12)
        var values: [Double] = [
            0, 1, 0.1, 1e16, 1e21, -2.5, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
        ]
        for _ in 0..<2_000 {
            let value = Double(bitPattern: random.next())
            if value.isFinite { values.append(value) }
        }
        for value in values {
            var writer = JSONWriter()
            writer.number(value)
            let document = try JSONDocument(validating: writer.bytes)
            #expect(document.number(document.root) == value)
        }
    }

    @Test func `what stands in an array or object is separated after raw bytes too`() {
        let text = written { writer in
            writer.beginArray()
            writer.raw(Array("1e5".utf8))
            writer.raw(Array("x[]".utf8)[1...])
            writer.number(0.5)
            writer.endArray()
        }
        #expect(text == "[1e5,[],0.5]")
    }

    @Test func `a number that is not finite ends the program`() async {
        await #expect(processExitsWith: .failure) {
            var writer = JSONWriter()
            writer.number(.nan)
        }
    }

    @Test func `closing what is not open ends the program`() async {
        await #expect(processExitsWith: .failure) {
            var writer = JSONWriter()
            writer.endObject()
        }
    }
}
