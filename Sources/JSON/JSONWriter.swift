/// Writes JSON into one buffer. Commas come by themselves.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8]
    /// Whether a comma is due before the next value: false after an opening and after a key.
    private var needsComma = false
    private var depth = 0

    /// An empty buffer with room for `capacity` bytes.
    package init(capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    package mutating func beginObject() { open(UInt8(ascii: "{")) }

    package mutating func endObject() { close(UInt8(ascii: "}")) }

    package mutating func beginArray() { open(UInt8(ascii: "[")) }

    package mutating func endArray() { close(UInt8(ascii: "]")) }

    /// A member name of ASCII letters, digits and `_ -`, which need no escapes.
    package mutating func key(_ name: StaticString) {
        write(name.utf8CodeUnitCount + 3) { bytes in
            bytes.append(UInt8(ascii: "\""))
            bytes.append(name)
            bytes.append(UInt8(ascii: "\""))
            bytes.append(UInt8(ascii: ":"))
        }
        needsComma = false
    }

    /// A member name of any text.
    package mutating func key(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func string(_ text: String) {
        let utf8 = text.utf8Span.span
        var plain = 0
        while plain < utf8.count, !JSONWriter.needsEscape(utf8[plain]) { plain += 1 }
        write(plain + 2) { bytes in
            bytes.append(UInt8(ascii: "\""))
            for position in 0..<plain { bytes.append(utf8[position]) }
            if plain == utf8.count { bytes.append(UInt8(ascii: "\"")) }
        }
        guard plain < utf8.count else { return }
        for position in plain..<utf8.count {
            let byte = utf8[position]
            if JSONWriter.needsEscape(byte) { escape(byte) } else { bytes.append(byte) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A string of ASCII that needs no escapes.
    package mutating func string(ascii text: StaticString) {
        string(bytesMax: text.utf8CodeUnitCount) { $0.append(text) }
    }

    /// A string that needs no escapes, of at most so many bytes, which `fill` appends.
    package mutating func string(bytesMax: Int, _ fill: (inout OutputSpan<UInt8>) -> Void) {
        write(bytesMax + 2) { bytes in
            bytes.append(UInt8(ascii: "\""))
            fill(&bytes)
            bytes.append(UInt8(ascii: "\""))
        }
    }

    package mutating func integer(_ value: Int64) {
        write(20) { bytes in
            if value < 0 { bytes.append(UInt8(ascii: "-")) }
            let magnitude = value.magnitude
            var place: UInt64 = 1
            while magnitude / place >= 10 { place *= 10 }
            while place > 0 {
                bytes.append(UInt8(ascii: "0") + UInt8(magnitude / place % 10))
                place /= 10
            }
        }
    }

    package mutating func integer(_ value: Int) { integer(Int64(value)) }

    /// A finite number in the shortest form that reads back the same.
    package mutating func number(_ value: Double) {
        precondition(value.isFinite, "JSON has no way to write \(value)")
        raw(Array(value.description.utf8))
    }

    package mutating func bool(_ value: Bool) {
        literal(value ? "true" : "false")
    }

    package mutating func null() { literal("null") }

    /// Bytes that are a JSON value already.
    package mutating func raw(_ value: [UInt8]) {
        separate()
        bytes.append(contentsOf: value)
        needsComma = true
    }

    /// Bytes that are a JSON value already.
    package mutating func raw(_ value: ArraySlice<UInt8>) {
        separate()
        bytes.append(contentsOf: value)
        needsComma = true
    }

    // MARK: Members

    package mutating func field(_ name: StaticString, _ value: String) {
        key(name)
        string(value)
    }

    package mutating func field(_ name: StaticString, _ value: Int64) {
        key(name)
        integer(value)
    }

    package mutating func field(_ name: StaticString, _ value: String?) {
        key(name)
        if let value { string(value) } else { null() }
    }

    package mutating func field(_ name: StaticString, _ value: Int64?) {
        key(name)
        if let value { integer(value) } else { null() }
    }

    package mutating func field(_ name: StaticString, _ value: Int) { field(name, Int64(value)) }

    package mutating func field(_ name: StaticString, _ value: Bool) {
        key(name)
        bool(value)
    }

    /// A member whose value is JSON already, or null.
    package mutating func field(_ name: StaticString, raw value: [UInt8]?) {
        key(name)
        if let value { raw(value) } else { null() }
    }

    // MARK: Private

    /// Writes a value of at most so many bytes, after the comma that is due.
    @inline(__always)
    private mutating func write(
        _ bytesMax: Int, _ fill: (inout OutputSpan<UInt8>) -> Void
    ) {
        let hasComma = needsComma && depth > 0
        bytes.append(addingCapacity: bytesMax + 1) { bytes in
            if hasComma { bytes.append(UInt8(ascii: ",")) }
            fill(&bytes)
        }
        needsComma = true
    }

    private mutating func literal(_ text: StaticString) {
        write(text.utf8CodeUnitCount) { $0.append(text) }
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func open(_ byte: UInt8) {
        separate()
        bytes.append(byte)
        depth += 1
        needsComma = false
    }

    private mutating func close(_ byte: UInt8) {
        precondition(depth > 0, "a container was closed that was not open")
        bytes.append(byte)
        depth -= 1
        needsComma = true
    }

    private mutating func separate() {
        if needsComma, depth > 0 { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        default:
            bytes.append(contentsOf: Array("u00".utf8))
            bytes.append(UInt8(ascii: "0") + byte >> 4)
            let low = byte & 15
            bytes.append(low < 10 ? 48 + low : 87 + low)
        }
    }
}

extension OutputSpan<UInt8> {
    @inline(__always)
    fileprivate mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { for byte in $0 { append(byte) } }
    }
}
