/// Walks over JSON bytes. Checking walks refuse all that RFC 8259 does not allow; skipping walks
/// trust bytes that were checked before. Nothing is kept of what was read.
struct JSONScanner: Sendable {
    private(set) var position: Int

    init(at position: Int) {
        self.position = position
    }

    // MARK: Checking

    /// Checks that the bytes are one value and nothing else.
    static func check(_ bytes: Span<UInt8>, depthMax: Int) throws(JSONError) {
        var scanner = JSONScanner(at: 0)
        scanner.skipSpace(bytes)
        try scanner.checkValue(bytes, depthMax: depthMax)
        scanner.skipSpace(bytes)
        guard scanner.position == bytes.count else {
            throw JSONError(offset: scanner.position, reason: .trailingBytes)
        }
    }

    /// One value with all that is in it. Containers that are open stand as bits in a stack of
    /// words, so that depth costs neither recursion nor memory: 1 is an object, 0 an array.
    private mutating func checkValue(_ bytes: Span<UInt8>, depthMax: Int) throws(JSONError) {
        var stack = DepthStack(max: depthMax)
        while true {
            // Here a value begins.
            let byte = try peek(bytes)
            switch byte {
            case UInt8(ascii: "{"):
                try open(isObject: true, &stack)
                skipSpace(bytes)
                if try peek(bytes) != UInt8(ascii: "}") {
                    try checkKey(bytes)
                    continue
                }
                position += 1
                stack.pop()
            case UInt8(ascii: "["):
                try open(isObject: false, &stack)
                skipSpace(bytes)
                if try peek(bytes) != UInt8(ascii: "]") { continue }
                position += 1
                stack.pop()
            case UInt8(ascii: "\""):
                try checkString(bytes)
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                try checkNumber(bytes)
            case UInt8(ascii: "t"): try checkWord("true", bytes)
            case UInt8(ascii: "f"): try checkWord("false", bytes)
            case UInt8(ascii: "n"): try checkWord("null", bytes)
            default:
                throw JSONError(
                    offset: position, reason: .unexpectedByte(byte, wanted: .value))
            }
            if try closeContainers(bytes, &stack) { return }
        }
    }

    /// After a value: closes what ends here and goes to the next value. True: all is closed.
    private mutating func closeContainers(
        _ bytes: Span<UInt8>, _ stack: inout DepthStack
    ) throws(JSONError) -> Bool {
        while let isObject = stack.top {
            skipSpace(bytes)
            let byte = try peek(bytes)
            let end = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
            if byte == UInt8(ascii: ",") {
                position += 1
                skipSpace(bytes)
                if isObject { try checkKey(bytes) }
                return false
            }
            guard byte == end else {
                throw JSONError(
                    offset: position,
                    reason: .unexpectedByte(
                        byte, wanted: isObject ? .commaOrBrace : .commaOrBracket))
            }
            position += 1
            stack.pop()
        }
        return true
    }

    private mutating func open(
        isObject: Bool, _ stack: inout DepthStack
    ) throws(JSONError) {
        guard stack.push(isObject) else {
            throw JSONError(offset: position, reason: .tooDeep(max: stack.max))
        }
        position += 1
    }

    private mutating func checkKey(_ bytes: Span<UInt8>) throws(JSONError) {
        let byte = try peek(bytes)
        guard byte == UInt8(ascii: "\"") else {
            throw JSONError(offset: position, reason: .unexpectedByte(byte, wanted: .key))
        }
        try checkString(bytes)
        skipSpace(bytes)
        let colon = try peek(bytes)
        guard colon == UInt8(ascii: ":") else {
            throw JSONError(offset: position, reason: .unexpectedByte(colon, wanted: .colon))
        }
        position += 1
        skipSpace(bytes)
    }

    private mutating func checkString(_ bytes: Span<UInt8>) throws(JSONError) {
        position += 1
        while true {
            let byte = try peek(bytes)
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"):
                try checkEscape(bytes)
            case 0..<0x20:
                throw JSONError(offset: position, reason: .controlCharacter(byte))
            case 0x20..<0x80:
                position += 1
            default:
                guard let length = UTF8Check.length(bytes, at: position) else {
                    throw JSONError(offset: position, reason: .badUTF8)
                }
                position += length
            }
        }
    }

    /// A `\u` escape that is half of a pair stands for no character and could not be stored.
    private mutating func checkEscape(_ bytes: Span<UInt8>) throws(JSONError) {
        let start = position
        position += 1
        switch try peek(bytes) {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        case UInt8(ascii: "u"):
            position += 1
            let unit = try hexUnit(bytes, escapeStart: start)
            guard unit >= 0xD800, unit < 0xE000 else { return }
            guard unit < 0xDC00, position + 1 < bytes.count,
                bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: "u")
            else { throw JSONError(offset: start, reason: .loneSurrogate) }
            position += 2
            let second = try hexUnit(bytes, escapeStart: position - 2)
            guard second >= 0xDC00, second < 0xE000 else {
                throw JSONError(offset: start, reason: .loneSurrogate)
            }
        default:
            throw JSONError(offset: start, reason: .badEscape)
        }
    }

    private mutating func hexUnit(
        _ bytes: Span<UInt8>, escapeStart: Int
    ) throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = JSONScanner.hexDigit(try peek(bytes)) else {
                throw JSONError(offset: escapeStart, reason: .badEscape)
            }
            unit = unit << 4 | digit
            position += 1
        }
        return unit
    }

    private mutating func checkNumber(_ bytes: Span<UInt8>) throws(JSONError) {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        if position < bytes.count, bytes[position] == UInt8(ascii: "0") {
            position += 1
        } else if skipDigits(bytes) == 0 {
            throw JSONError(offset: start, reason: .badNumber)
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            if skipDigits(bytes) == 0 { throw JSONError(offset: start, reason: .badNumber) }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.count,
                bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-")
            {
                position += 1
            }
            if skipDigits(bytes) == 0 { throw JSONError(offset: start, reason: .badNumber) }
        }
        if position < bytes.count, JSONScanner.isWordByte(bytes[position]) {
            throw JSONError(offset: start, reason: .badNumber)
        }
    }

    private mutating func skipDigits(_ bytes: Span<UInt8>) -> Int {
        let start = position
        while position < bytes.count, bytes[position] >= 48, bytes[position] <= 57 {
            position += 1
        }
        return position - start
    }

    private mutating func checkWord(
        _ word: StaticString, _ bytes: Span<UInt8>
    ) throws(JSONError) {
        let start = position
        for expected in word.description.utf8 {
            guard try peek(bytes) == expected else {
                throw JSONError(
                    offset: start, reason: .unexpectedByte(bytes[start], wanted: .value))
            }
            position += 1
        }
        if position < bytes.count, JSONScanner.isWordByte(bytes[position]) {
            throw JSONError(offset: start, reason: .unexpectedByte(bytes[start], wanted: .value))
        }
    }

    // MARK: Skipping

    mutating func skipSpace(_ bytes: Span<UInt8>) {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    /// Goes past one value of checked bytes.
    mutating func skipValue(_ bytes: Span<UInt8>) {
        var depth = 0
        repeat {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                skipString(bytes)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                position += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x09, 0x0A, 0x0D:
                position += 1
            default:
                skipScalar(bytes)
            }
        } while depth > 0
    }

    /// Goes past one string of checked bytes.
    mutating func skipString(_ bytes: Span<UInt8>) {
        position += 1
        while true {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"): position += 2
            default: position += 1
            }
        }
    }

    private mutating func skipScalar(_ bytes: Span<UInt8>) {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x20, 0x09, 0x0A, 0x0D:
                return
            default: position += 1
            }
        }
    }

    mutating func advance() { position += 1 }

    // MARK: Private

    private func peek(_ bytes: Span<UInt8>) throws(JSONError) -> UInt8 {
        guard position < bytes.count else {
            throw JSONError(offset: position, reason: .unexpectedEnd)
        }
        return bytes[position]
    }

    static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 48...57: UInt32(byte - 48)
        case 65...70: UInt32(byte - 55)
        case 97...102: UInt32(byte - 87)
        default: nil
        }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        (byte >= 48 && byte <= 57) || (byte | 0x20 >= 97 && byte | 0x20 <= 122) || byte == 46
            || byte == 43 || byte == 45
    }
}

/// Which containers are open: a bit each.
private struct DepthStack {
    let max: Int
    private var words: [UInt64] = []
    private var bits: UInt64 = 0
    private var depth = 0

    init(max: Int) {
        self.max = max
    }

    /// True for an object, false for an array, nil when nothing is open.
    var top: Bool? { depth == 0 ? nil : bits & 1 == 1 }

    mutating func push(_ isObject: Bool) -> Bool {
        guard depth < max else { return false }
        if depth > 0, depth % 64 == 0 {
            words.append(bits)
            bits = 0
        }
        bits = bits << 1 | (isObject ? 1 : 0)
        depth += 1
        return true
    }

    mutating func pop() {
        depth -= 1
        bits >>= 1
        if depth > 0, depth % 64 == 0, let word = words.popLast() { bits = word }
    }
}
