/// Cuts bytes into lines. A line that is too long is cut into the part that is kept and the rest,
/// which is passed over.
package struct LineReader: Sendable {
    private let lineBytesMax: Int
    private var line: [UInt8] = []
    private var isTooLong = false

    /// A line, without its end.
    package struct Line: Hashable, Sendable {
        package let bytes: [UInt8]
        /// True if more came than is kept.
        package let isCut: Bool
    }

    /// Lines of at most `lineBytesMax` bytes.
    package init(lineBytesMax: Int) { self.lineBytesMax = lineBytesMax }

    /// The lines that these bytes end.
    package mutating func take(_ bytes: [UInt8]) -> [Line] {
        var lines: [Line] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 10) {
            keep(rest[..<end])
            lines.append(takeLine())
            rest = rest[(end + 1)...]
        }
        keep(rest)
        return lines
    }

    /// Forgets the line that was begun, if there is one; gives how many bytes of it were kept.
    mutating func forget() -> Int {
        defer {
            line = []
            isTooLong = false
        }
        return line.count
    }

    /// What was left without a line end; nil if there is nothing.
    package mutating func finish() -> Line? {
        line.isEmpty && !isTooLong ? nil : takeLine()
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        let room = lineBytesMax - line.count
        if bytes.count > room { isTooLong = true }
        line.append(contentsOf: bytes.prefix(room))
    }

    private mutating func takeLine() -> Line {
        let taken = Line(bytes: line, isCut: isTooLong)
        line = []
        isTooLong = false
        return taken
    }
}
