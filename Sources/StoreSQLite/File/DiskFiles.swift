package import Store

/// What a store's files lie on: the system's disk, or one that a test can take the power from.
package protocol DiskFiles: Sendable {
    /// The name of the VFS that SQLite opens files with; nil is the system's own.
    var vfs: String? { get }
    /// Whether a commit waits until it is on the disk.
    var synchronous: Synchronous { get }
    /// Puts a durable copy of a file in its place and makes the folder's names durable. A file
    /// that does not exist stays so.
    func rewrite(_ path: String, in folder: String) throws(StoreError)
}

/// Whether a commit waits until it is on the disk.
package enum Synchronous: String, Sendable {
    case full = "FULL"
    /// Loses acknowledged work in a power cut: for the test that has to notice.
    case off = "OFF"
}
