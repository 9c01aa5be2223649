/// Splits and decodes request targets.
package enum RequestTarget {
    /// Path and parameters of a target in origin form, or in absolute form for `http`.
    static func split(
        _ target: ArraySlice<UInt8>, method: Method
    ) throws(HTTPRefusal) -> (path: String, query: [(name: String, value: String)]) {
        if target.elementsEqual("*".utf8) {
            guard method == .options else {
                throw HTTPRefusal(400, "the target '*' is for OPTIONS only")
            }
            return ("*", [])
        }
        let origin = try originForm(target)
        let parts = origin.split(
            separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        guard decoded(parts[0]) != nil else {
            throw HTTPRefusal(400, "the path holds a '%' that does not begin two hex digits")
        }
        let path = String(decoding: parts[0], as: UTF8.self)
        return (path, parts.count == 2 ? try parameters(parts[1]) : [])
    }

    /// The text that percent-encoding stands for; nil if it is broken, not UTF-8 or holds a NUL.
    package static func decode(segment: Substring) -> String? {
        guard let bytes = decoded(Array(segment.utf8)[...]) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func originForm(
        _ target: ArraySlice<UInt8>
    ) throws(HTTPRefusal) -> ArraySlice<UInt8> {
        if target.first == UInt8(ascii: "/") { return target }
        let scheme = Array("http://".utf8)
        guard target.count > scheme.count,
            target.prefix(scheme.count).map(ASCII.lower) == scheme
        else { throw HTTPRefusal(400, "the request target does not begin with '/'") }
        let rest = target.dropFirst(scheme.count)
        guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else { return [0x2F] }
        return rest[slash...]
    }

    private static func parameters(
        _ bytes: ArraySlice<UInt8>
    ) throws(HTTPRefusal) -> [(name: String, value: String)] {
        var parameters: [(name: String, value: String)] = []
        for part in bytes.split(separator: UInt8(ascii: "&")) {
            let halves = part.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = text(halves[0]), let value = text(halves.count == 2 ? halves[1] : [])
            else {
                throw HTTPRefusal(
                    400,
                    "the query parameter '\(String(decoding: part.prefix(60), as: UTF8.self))'"
                        + " is not percent-encoded UTF-8")
            }
            parameters.append((name, value))
        }
        return parameters
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String? {
        guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(decoding: bytes, as: UTF8.self)
        }
        let spaced = bytes.map { $0 == UInt8(ascii: "+") ? ASCII.space : $0 }
        return decoded(spaced[...]).flatMap { String(validating: $0, as: UTF8.self) }
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var position = bytes.startIndex
        while position < bytes.endIndex {
            guard bytes[position] == UInt8(ascii: "%") else {
                result.append(bytes[position])
                position += 1
                continue
            }
            guard position + 2 < bytes.endIndex, let high = ASCII.hexValue(bytes[position + 1]),
                let low = ASCII.hexValue(bytes[position + 2]), high + low > 0
            else { return nil }
            result.append(UInt8(high * 16 + low))
            position += 3
        }
        return result
    }
}
