/// One try of a fuzzer: bytes, and a seed for whatever the check draws besides, such as cuts.
struct FuzzCase {
    let number: Int
    let seed: UInt64
    let bytes: [UInt8]

    /// The bytes as they stand between quotes for printf, which makes the case again.
    static func escaped(_ bytes: [UInt8]) -> String {
        var text = ""
        for byte in bytes {
            switch byte {
            case 0x0A: text += "\\n"
            case 0x0D: text += "\\r"
            case 0x09: text += "\\t"
            case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "%"), 0..<0x20, 0x7F...0xFF:
                // Three octal digits: the next byte can be no part of them.
                let octal = String(byte, radix: 8)
                text += "\\" + String(repeating: "0", count: 3 - octal.utf8.count) + octal
            default: text.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return text
    }
}
