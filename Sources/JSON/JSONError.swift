/// Why bytes are not JSON, and where.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Bytes before the place of the fault.
    package let offset: Int
    package let reason: Reason

    /// What is wrong.
    package enum Reason: Hashable, Sendable {
        case unexpectedEnd
        case unexpectedByte(UInt8, wanted: Wanted)
        case tooDeep(max: Int)
        case controlCharacter(UInt8)
        case badEscape
        case loneSurrogate
        case badUTF8
        case badNumber
        case trailingBytes
    }

    /// What could have stood there.
    package enum Wanted: String, Hashable, Sendable {
        case value = "a value"
        case key = "a string as member name"
        case colon = "':' after a member name"
        case commaOrBrace = "',' or '}' after a member"
        case commaOrBracket = "',' or ']' after an element"
    }

    package var description: String { "byte \(offset): \(sentence)" }

    /// What is wrong, without the place.
    package var sentence: String {
        switch reason {
        case .unexpectedEnd: "the text ends before the value does"
        case .unexpectedByte(let byte, let wanted):
            "expected \(wanted.rawValue), found \(JSONError.show(byte))"
        case .tooDeep(let max): "nested deeper than \(max) levels"
        case .controlCharacter(let byte):
            "control character \(JSONError.show(byte)) in a string; write it as an escape"
        case .badEscape: "no such escape in a string"
        case .loneSurrogate: "half of a surrogate pair, which is no character"
        case .badUTF8: "not UTF-8"
        case .badNumber: "not a number as JSON writes them"
        case .trailingBytes: "more bytes after the value"
        }
    }

    private static func show(_ byte: UInt8) -> String {
        byte > 0x20 && byte < 0x7F
            ? "'\(Character(Unicode.Scalar(byte)))'"
            : "byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
