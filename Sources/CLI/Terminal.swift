import EventLoop

/// What the program says to people and to programs that read it.
enum Terminal {
    /// Writes to standard output, at once.
    static func write(_ text: String) { StandardOutput.write(Array(text.utf8)) }

    /// A line on standard output.
    static func line(_ text: String) { write(text + "\n") }

    /// A line on standard error.
    static func complain(_ text: String) { StandardError.write(Array("weir: \(text)\n".utf8)) }

    /// Columns as wide as their widest cell, the first row being the titles.
    static func table(_ rows: [[String]]) {
        guard let columns = rows.first?.count else { return }
        let widths = (0..<columns).map { column in
            rows.map { $0[column].count }.max() ?? 0
        }
        for row in rows {
            let cells = row.enumerated().map { column, cell in
                column == columns - 1
                    ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }
            line(cells.joined(separator: "  "))
        }
    }
}
