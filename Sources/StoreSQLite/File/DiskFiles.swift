package import Store

/// What a store's files lie on: the system's disk, or one that a test can take the power from.
package protocol DiskFiles: Sendable {
    /// The name of the VFS that SQLite opens files with; nil is the system's own.
    var vfs: String? { get }
    /// Whether a commit waits until it is on the disk.
    var synchronous: Synchronous { get }
    /// Fills a file, made anew, with what another holds. False if there is no other.
    func copy(_ path: String, to copyPath: String) throws(StoreError) -> Bool
    /// Makes the content of a file durable, but not its name.
    func sync(_ path: String) throws(StoreError)
    /// Puts a file in another's place.
    func rename(_ path: String, to target: String) throws(StoreError)
    /// Makes the names in a folder durable.
    func syncFolder(_ folder: String) throws(StoreError)
    /// Takes a file away, if it is there and that can be done.
    func remove(_ path: String)
}

/// Whether a commit waits until it is on the disk.
package enum Synchronous: String, Sendable {
    case full = "FULL"
    /// Loses acknowledged work in a power cut: for the test that has to notice.
    case off = "OFF"
}

extension DiskFiles {
    /// Makes a copy of a file beside it that is known to be on disk; nil if there is no file.
    func makeDurableCopy(of path: String) throws(StoreError) -> String? {
        let copyPath = path + ".copy"
        do throws(StoreError) {
            guard try copy(path, to: copyPath) else { return nil }
            try sync(copyPath)
        } catch {
            // Where the disk is full a half-written copy would keep it so.
            remove(copyPath)
            throw error
        }
        return copyPath
    }

    /// Puts a durable file in another's place in its folder, for good.
    func put(_ path: String, inPlaceOf target: String, in folder: String) throws(StoreError) {
        try rename(path, to: target)
        try syncFolder(folder)
    }
}
