package import Store

/// The disk below the system, with commits that last.
package struct SystemFiles: DiskFiles {
    package let vfs: String? = nil
    package let synchronous = Synchronous.full

    /// What production uses.
    package init() {}

    package func rewrite(_ path: String, in folder: String) throws(StoreError) {
        try DurableFile.rewrite(path, in: folder)
    }
}
