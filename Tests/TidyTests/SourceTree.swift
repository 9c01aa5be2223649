import Glibc

/// The checkout that the tests were built from.
struct SourceTree {
    let root: String

    init(file: String = #filePath) {
        // Tests/TidyTests/SourceTree.swift is three steps below the top.
        root = file.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
            .joined(separator: "/")
    }

    /// The text of a file, by its path from the top.
    func text(_ path: String) -> String? {
        guard let file = fopen(root + "/" + path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The lines of a file.
    func lines(_ path: String) -> [Substring] {
        (text(path) ?? "").split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// Files below a folder whose names end so, by their paths from the top, in order.
    func files(below folder: String, ending: String) -> [String] {
        entries(folder).flatMap { name -> [String] in
            let path = folder + "/" + name
            if isFolder(path) { return files(below: path, ending: ending) }
            return name.hasSuffix(ending) ? [path] : []
        }
    }

    /// The folders directly in a folder, in order.
    func folders(in folder: String) -> [String] {
        entries(folder).filter { isFolder(folder + "/" + $0) }
    }

    private func entries(_ folder: String) -> [String] {
        guard let directory = opendir(root + "/" + folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.first != "." { names.append(name) }
        }
        return names.sorted()
    }

    private func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(root + "/" + path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
