/// The lines of what was sent, for a look that needs no parser.
struct HTTPLines {
    private let bytes: [UInt8]
    /// Without their ends; what is not UTF-8 is replaced.
    private let lines: [String]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map { line in
            String(decoding: line.last == 13 ? line.dropLast() : line, as: UTF8.self)
        }
    }

    var count: Int { lines.count }

    /// LF without CR before it.
    var hasLoneLineFeed: Bool {
        bytes.indices.contains { index in
            bytes[index] == 10 && (index == 0 || bytes[index - 1] != 13)
        }
    }

    /// CR without LF after it.
    var hasLoneReturn: Bool {
        bytes.indices.contains { index in
            bytes[index] == 13 && (index + 1 == bytes.count || bytes[index + 1] != 10)
        }
    }

    var hasControl: Bool {
        bytes.contains { $0 < 32 && $0 != 13 && $0 != 10 && $0 != 9 || $0 == 127 }
    }

    /// Whether any line is so.
    func has(_ isSo: (String) -> Bool) -> Bool { lines.contains(where: isSo) }

    /// Whether a field has this name, which is in lower case.
    func has(_ name: String) -> Bool { count(name) > 0 }

    /// How many fields have this name, which is in lower case.
    func count(_ name: String) -> Int {
        lines.count { $0.lowercased().hasPrefix(name + ":") }
    }

    /// Whether a field with this name, which is in lower case, has such a value.
    func hasValue(of name: String, where isSo: (String) -> Bool) -> Bool {
        lines.contains { line in
            guard line.lowercased().hasPrefix(name + ":") else { return false }
            let value = line.dropFirst(name.count + 1)
            return isSo(
                String(
                    value.drop { $0 == " " || $0 == "\t" }.reversed()
                        .drop { $0 == " " || $0 == "\t" }.reversed()))
        }
    }

    /// A name or an IPv4 address, or one of IPv6 in brackets, with a port or without: nothing that
    /// a server may refuse.
    static func isPlainHost(_ value: String) -> Bool {
        value.wholeMatch(of: /([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(:[0-9]{1,4})?/) != nil
    }

    /// A percent sign that is not the beginning of plain ASCII.
    static func hasBadEscape(_ target: Substring) -> Bool {
        let rest = target.replacing(/%[2-7][0-9a-fA-F]/, with: "")
        return rest.contains("%")
    }

    /// Whether the second word of a line that has three is so.
    func hasTarget(_ isSo: (Substring) -> Bool) -> Bool {
        lines.contains { line in
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            return words.count >= 3 && isSo(words[1])
        }
    }

    /// Whether so many hexadecimal digits follow each other.
    func hasRun(ofDigits count: Int) -> Bool {
        var run = 0
        for byte in bytes {
            run = Unicode.Scalar(byte).properties.isASCIIHexDigit ? run + 1 : 0
            if run == count { return true }
        }
        return false
    }
}
