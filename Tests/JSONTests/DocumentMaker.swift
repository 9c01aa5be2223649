import Core

/// Makes JSON documents and spoils them, the same for the same seed.
struct DocumentMaker {
    private var random: Random

    init(seed: UInt64) {
        random = Random(seed: seed)
    }

    /// A document that is JSON but for depth and surrogates, which now and then are not.
    mutating func document() -> [UInt8] {
        var bytes: [UInt8] = []
        space(&bytes)
        value(depth: Int.random(in: 0...6, using: &random), &bytes)
        space(&bytes)
        if oneIn(60) { bytes = nested(bytes) }
        return bytes
    }

    /// The document with one to three changes.
    mutating func spoiled(_ document: [UInt8]) -> [UInt8] {
        var bytes = document
        for _ in 0..<Int.random(in: 1...3, using: &random) { spoil(&bytes) }
        return bytes
    }

    // MARK: Values

    private mutating func value(depth: Int, _ bytes: inout [UInt8]) {
        switch Int.random(in: 0..<(depth > 0 ? 10 : 6), using: &random) {
        case 0: bytes += pick(["true", "false", "null"])
        case 1, 2: number(&bytes)
        case 3...5: string(&bytes)
        case 6, 7: container(UInt8(ascii: "["), UInt8(ascii: "]"), depth: depth, &bytes)
        default: container(UInt8(ascii: "{"), UInt8(ascii: "}"), depth: depth, &bytes)
        }
    }

    private mutating func container(
        _ opening: UInt8, _ closing: UInt8, depth: Int, _ bytes: inout [UInt8]
    ) {
        bytes.append(opening)
        space(&bytes)
        for index in 0..<Int.random(in: 0...4, using: &random) {
            if index > 0 {
                bytes.append(UInt8(ascii: ","))
                space(&bytes)
            }
            if opening == UInt8(ascii: "{") {
                string(&bytes)
                space(&bytes)
                bytes.append(UInt8(ascii: ":"))
                space(&bytes)
            }
            value(depth: depth - 1, &bytes)
            space(&bytes)
        }
        bytes.append(closing)
    }

    private mutating func number(_ bytes: inout [UInt8]) {
        if oneIn(4) {
            bytes += pick([
                "0", "-0", "0.0", "1e5", "9007199254740993", "9007199254740993.0",
                "9223372036854775807", "9223372036854775808", "-9223372036854775808",
                "-9223372036854775809", "9223372036854775807.0", "1e400", "-1e400", "1e-400",
                "0.99999999999999999999", "1.00000000000000000001", "1e18", "1e19", "123e-2",
                "12300e-2", "5e-324", "2e-324", "1.7976931348623159e308", "0e99999",
            ])
            return
        }
        if oneIn(3) { bytes.append(UInt8(ascii: "-")) }
        if oneIn(4) {
            bytes.append(UInt8(ascii: "0"))
        } else {
            bytes.append(UInt8(ascii: "1") + UInt8.random(in: 0...8, using: &random))
            digits(0...(oneIn(5) ? 40 : 6), &bytes)
        }
        if oneIn(3) {
            bytes.append(UInt8(ascii: "."))
            digits(1...(oneIn(5) ? 40 : 4), &bytes)
        }
        if oneIn(4) {
            bytes += pick(["e", "E", "e+", "E-", "e-"])
            digits(1...(oneIn(6) ? 6 : 2), &bytes)
        }
    }

    private mutating func digits(_ count: ClosedRange<Int>, _ bytes: inout [UInt8]) {
        // Zeros more often than chance has them: they are where exactness is decided.
        let isRound = oneIn(3)
        for _ in 0..<Int.random(in: count, using: &random) {
            let digit = isRound ? 0 : UInt8.random(in: 0...9, using: &random)
            bytes.append(UInt8(ascii: "0") + digit)
        }
    }

    private mutating func string(_ bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            switch Int.random(in: 0..<12, using: &random) {
            case 0...5: bytes += pick(["a", "b", "Z", "0", " ", "/", "'", "{", "]", ","])
            case 6, 7: bytes += pick(["é", "€", "😀", "\u{7F}", "\u{2028}", "\u{FEFF}", "e\u{301}"])
            case 8, 9:
                bytes += pick(["\\n", "\\t", "\\r", "\\b", "\\f", "\\/", "\\\\", "\\\""])
            case 10:
                bytes += pick(["\\u0041", "\\u00e9", "\\u0000", "\\u001F", "\\uffff", "\\u20AC"])
            default:
                bytes += pick(["\\ud83d\\ude00", "\\uDBFF\\uDFFF", "\\uD800\\uDC00"])
                if oneIn(40) { bytes += pick(["\\ud83d", "\\udc00", "\\udc00\\ud800"]) }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func nested(_ bytes: [UInt8]) -> [UInt8] {
        let levels = Int.random(in: 55...70, using: &random)
        let isObject = oneIn(2)
        let opening = Array((isObject ? "{\"a\":" : "[").utf8)
        let closing = Array((isObject ? "}" : "]").utf8)
        return Array(repeatElement(opening, count: levels).joined()) + bytes
            + Array(repeatElement(closing, count: levels).joined())
    }

    private mutating func space(_ bytes: inout [UInt8]) {
        if oneIn(4) { bytes += pick([" ", "\n", "\t", "\r\n", "  "]) }
    }

    // MARK: Damage

    private mutating func spoil(_ bytes: inout [UInt8]) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<9, using: &random) {
        case 0:
            bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 1...3:
            bytes.insert(
                contentsOf: pick([
                    "\"", "\\", "{", "}", "[", "]", ",", ":", "-", "+", ".", "e", "0", "1", "t",
                    "null", "true", "NaN", "Infinity", "-Infinity", "\u{FEFF}", "\\u", "\\ud800",
                    "\u{0B}", "\u{A0}", "\u{1}", "//", "'", "\0", "\n", "\\udfff", "00",
                ]), at: place)
        case 4 where place < bytes.count:
            bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 5 where place < bytes.count:
            bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
        case 6 where place < bytes.count:
            bytes.remove(at: place)
        case 7:
            bytes.removeSubrange(place...)
        default:
            let end = Int.random(in: place...bytes.count, using: &random)
            bytes.insert(contentsOf: Array(bytes[place..<end].prefix(40)), at: place)
        }
    }

    // MARK: Private

    private mutating func oneIn(_ count: Int) -> Bool {
        Int.random(in: 0..<count, using: &random) == 0
    }

    private mutating func pick(_ texts: [String]) -> [UInt8] {
        Array((texts.randomElement(using: &random) ?? "").utf8)
    }
}
