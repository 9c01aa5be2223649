internal import Glibc

/// Folders that an operator gives, with few entries. Whoever reads one on the loop holds it up for
/// as long as the disk takes.
package enum PlainFolder {
    /// What a folder has.
    package struct Entry: Hashable, Sendable {
        package let name: String
        /// Links are followed.
        package let isFolder: Bool
    }

    /// The entries of a folder by name, at most `countMax` of them. A name that is not UTF-8 comes
    /// with its bad bytes replaced.
    package static func entries(
        _ path: String, countMax: Int
    ) throws(PlainFile.Fault) -> [Entry] {
        guard let folder = unsafe opendir(path) else { throw PlainFile.fault() }
        defer { _ = unsafe closedir(folder) }
        var found: [Entry] = []
        while found.count < countMax, let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name != ".", name != ".." else { continue }
            found.append(Entry(name: name, isFolder: isFolder(path + "/" + name)))
        }
        return found.sorted { $0.name < $1.name }
    }

    /// True of a folder, or a link to one.
    package static func isFolder(_ path: String) -> Bool {
        mode(path).map { $0 & S_IFMT == S_IFDIR } ?? false
    }

    /// What can stand at a path. Links are followed.
    package enum Found: Sendable {
        case nothing
        case file
        case folder
        case linkToNothing
        /// A pipe, a socket or a device.
        case special
    }

    /// What stands there, whoever may do what with it.
    package static func find(_ path: String) -> Found {
        guard let mode = mode(path) else { return exists(path) ? .linkToNothing : .nothing }
        return switch mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .folder
        default: .special
        }
    }

    /// True if there is something, were it a link to nothing.
    package static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }

    /// True of a file that this user may run.
    package static func isExecutable(_ path: String) -> Bool {
        unsafe find(path) == .file && access(path, X_OK) == 0
    }

    /// The path without links and dots, from the root; nil if there is nothing there.
    package static func absolute(_ path: String) -> String? {
        guard let found = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(found) }
        return unsafe String(cString: found)
    }

    /// Makes a folder, with those above it that are missing. One that is there already is fine.
    package static func make(_ path: String, mode: UInt32 = 0o755) throws(PlainFile.Fault) {
        if unsafe mkdir(path, mode) == 0 || isFolder(path) { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw PlainFile.fault()
        }
        try make(String(path[..<slash]), mode: mode)
        guard unsafe mkdir(path, mode) == 0 else { throw PlainFile.fault() }
    }

    /// Makes a folder that nobody else has, with a name that begins so, and gives its path.
    package static func makeUnique(_ prefix: String) throws(PlainFile.Fault) -> String {
        var template = Array((prefix + String(repeating: "X", count: 6)).utf8CString)
        let isMade = unsafe template.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return false }
            return unsafe mkdtemp(start) != nil
        }
        guard isMade else { throw PlainFile.fault() }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes a folder that is empty; says whether it is gone.
    @discardableResult
    package static func removeEmpty(_ path: String) -> Bool {
        unsafe rmdir(path) == 0 || errno == ENOENT
    }

    private static func mode(_ path: String) -> mode_t? {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status.st_mode : nil
    }
}
