/// The escapes of JSON strings.
enum JSONEscapes {
    /// The text that checked string bytes, without their quotes, stand for.
    static func undo(_ bytes: ArraySlice<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        var position = bytes.startIndex
        while position < bytes.endIndex {
            let byte = bytes[position]
            position += 1
            guard byte == UInt8(ascii: "\\") else {
                text.append(byte)
                continue
            }
            let escape = bytes[position]
            position += 1
            switch escape {
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "u"): append(unit: bytes, &position, to: &text)
            default: text.append(escape)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func append(
        unit bytes: ArraySlice<UInt8>, _ position: inout Int, to text: inout [UInt8]
    ) {
        var scalar = hex(bytes, &position)
        if scalar >= 0xD800, scalar < 0xDC00 {
            position += 2
            scalar = 0x10000 + (scalar - 0xD800) << 10 + (hex(bytes, &position) - 0xDC00)
        }
        guard let character = Unicode.Scalar(scalar) else {
            preconditionFailure("a checked string holds half of a surrogate pair")
        }
        text.append(contentsOf: Array(String(Character(character)).utf8))
    }

    private static func hex(_ bytes: ArraySlice<UInt8>, _ position: inout Int) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            value = value << 4 | (JSONScanner.hexDigit(bytes[position]) ?? 0)
            position += 1
        }
        return value
    }
}
