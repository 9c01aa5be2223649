import EventLoop
import Synchronization

/// What the program says to people and to programs that read it.
enum Terminal {
    /// Writes to standard output, at once.
    static func write(_ text: String) {
        if !StandardOutput.write(Array(text.utf8)) { isLost.store(true, ordering: .relaxed) }
    }

    /// True if something could not be written to standard output: on a full disk, a closed stream.
    static var hasLostText: Bool { isLost.load(ordering: .relaxed) }

    private static let isLost = Atomic<Bool>(false)

    /// A line on standard output.
    static func line(_ text: String) { write(clean(text) + "\n") }

    /// Control characters as text: what a tenant has written must not speak to the operator's
    /// terminal. Line ends of our own stay.
    private static func clean(_ text: String, keepsLines: Bool = true) -> String {
        guard text.unicodeScalars.contains(where: { isControl($0, keepsLines) }) else {
            return text
        }
        var clean = ""
        for scalar in text.unicodeScalars {
            if isControl(scalar, keepsLines) {
                clean += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                clean.unicodeScalars.append(scalar)
            }
        }
        return clean
    }

    private static func isControl(_ scalar: Unicode.Scalar, _ keepsLines: Bool) -> Bool {
        switch scalar.value {
        case 0x0A: !keepsLines
        case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// A line on standard error.
    static func complain(_ text: String) {
        StandardError.write(Array("weir: \(clean(text))\n".utf8))
    }

    /// Text of others for a line of ours.
    static func plain(_ text: String) -> String { clean(text, keepsLines: false) }

    /// Columns as wide as their widest cell, the first row being the titles.
    static func table(_ rows: [[String]]) {
        for row in Terminal.rows(rows) { line(row) }
    }

    /// The lines of such a table.
    static func rows(_ rows: [[String]]) -> [String] {
        let rows = rows.map { $0.map { clean($0, keepsLines: false) } }
        guard let columns = rows.first?.count else { return [] }
        let widths = (0..<columns).map { column in
            rows.map { $0[column].count }.max() ?? 0
        }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                column == columns - 1
                    ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }
            return cells.joined(separator: "  ")
        }
    }
}
