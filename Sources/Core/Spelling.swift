/// Guesses what a mistyped word was meant to be.
package enum Spelling {
    /// The word among `words` that is at most two edits away, or begins with what was typed.
    package static func closest(to word: String, among words: [String]) -> String? {
        let near = words.map { (word: $0, distance: distance(word, $0)) }
            .min { $0.distance < $1.distance }
        if let near, near.distance <= 2 { return near.word }
        guard word.utf8.count >= 3 else { return nil }
        return words.first { $0.utf8.starts(with: word.utf8) }
    }

    /// Insertions, deletions, replacements and swaps of neighbours that lead from one to the other.
    package static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        var rows = [Array(0...right.count)]
        for row in 0..<left.count {
            var next = [row + 1]
            for column in 0..<right.count {
                let isSame = left[row] == right[column]
                var best = min(
                    rows[row][column] + (isSame ? 0 : 1), rows[row][column + 1] + 1,
                    next[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1],
                    left[row - 1] == right[column]
                {
                    best = min(best, rows[row - 1][column - 1] + 1)
                }
                next.append(best)
            }
            rows.append(next)
        }
        return rows[left.count][right.count]
    }
}
