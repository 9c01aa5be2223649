/// Tables that read well as they are and in Markdown.
enum MarkdownTable {
    /// The rows, the first being the titles, in columns as wide as their widest cell.
    static func text(_ rows: [[String]]) -> String {
        let columns = rows.first?.count ?? 0
        let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
        func line(_ cells: [String]) -> String {
            let padded = zip(cells, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            return "| " + padded.joined(separator: " | ") + " |\n"
        }
        let rule = line(widths.map { String(repeating: "-", count: $0) })
        return line(rows[0]) + rule + rows.dropFirst().map(line).joined()
    }
}
