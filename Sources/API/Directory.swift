package import Store

/// The keys, by the SHA-256 of their text. It lives on the loop and follows the commits.
package struct Directory: Sendable {
    private var entries: [[UInt8]: DirectoryEntry]

    /// A directory of these keys.
    package init(_ entries: [DirectoryEntry] = []) {
        self.entries = [:]
        self.entries.reserveCapacity(entries.count)
        for entry in entries { self.entries[entry.hash] = entry }
    }

    /// The key with this hash.
    package func entry(hash: [UInt8]) -> DirectoryEntry? { entries[hash] }

    /// Follows a change that a commit brought.
    package mutating func apply(_ change: DirectoryChange) {
        switch change {
        case .added(let entry): entries[entry.hash] = entry
        case .removed(let hash): entries[hash] = nil
        }
    }
}
