package import Store

/// The disk below the system, with commits that last.
package struct SystemFiles: DiskFiles {
    package let vfs: String? = nil
    package let synchronous = Synchronous.full

    /// What production uses.
    package init() {}

    package func copy(_ path: String, to copyPath: String) throws(StoreError) -> Bool {
        try DurableFile.copy(path, to: copyPath)
    }

    package func sync(_ path: String) throws(StoreError) { try DurableFile.sync(path) }

    package func rename(_ path: String, to target: String) throws(StoreError) {
        try DurableFile.rename(path, to: target)
    }

    package func syncFolder(_ folder: String) throws(StoreError) {
        try DurableFile.syncFolder(folder)
    }

    package func remove(_ path: String) { DurableFile.remove(path) }
}
