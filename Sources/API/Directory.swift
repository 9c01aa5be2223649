package import Store

/// The keys, by the SHA-256 of their text. It lives on the loop and follows the commits.
package struct Directory: Sendable {
    private var entries: [Hash: DirectoryEntry]

    /// Taken as one piece: an array would be hashed byte by byte, at each request.
    private struct Hash: Hashable, Sendable {
        let bytes: [UInt8]

        func hash(into hasher: inout Hasher) {
            bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }

    /// A directory of these keys.
    package init(_ entries: [DirectoryEntry] = []) {
        self.entries = [:]
        self.entries.reserveCapacity(entries.count)
        for entry in entries { self.entries[Hash(bytes: entry.hash)] = entry }
    }

    /// The key with this hash.
    package func entry(hash: [UInt8]) -> DirectoryEntry? { entries[Hash(bytes: hash)] }

    /// Follows a change that a commit brought.
    package mutating func apply(_ change: DirectoryChange) {
        switch change {
        case .added(let entry): entries[Hash(bytes: entry.hash)] = entry
        case .removed(let hash): entries[Hash(bytes: hash)] = nil
        }
    }
}
