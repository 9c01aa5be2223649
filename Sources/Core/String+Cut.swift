extension String {
    /// The text, or as many of its first characters as fit into so many bytes.
    package func cut(toBytes bytesMax: Int) -> String {
        guard utf8.count > bytesMax else { return self }
        // Slicing rounds down to a whole character's bytes.
        return String(self[..<utf8.index(startIndex, offsetBy: bytesMax)])
    }
}
