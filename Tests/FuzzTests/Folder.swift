import Glibc

/// Files of the checkout that the tests were built from.
enum Folder {
    /// The top of the checkout.
    static func root(file: String = #filePath) -> String {
        // Tests/FuzzTests/Folder.swift is three steps below the top.
        file.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
            .joined(separator: "/")
    }

    /// The corpus of a fuzzer: each file a case, in the order of their names.
    static func corpus(_ name: String) -> [(name: String, bytes: [UInt8])] {
        let path = root() + "/fixtures/fuzz/" + name
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.first != "." { names.append(name) }
        }
        return names.sorted().map { ($0, read(path + "/" + $0) ?? []) }
    }

    /// The bytes of a file.
    static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            bytes += buffer[..<count]
        }
        return bytes
    }

    /// Replaces the bytes of a file; false if that is not possible.
    static func write(_ bytes: [UInt8], to path: String) -> Bool {
        guard let file = fopen(path, "w") else { return false }
        let written = fwrite(bytes, 1, bytes.count, file)
        return fclose(file) == 0 && written == bytes.count
    }
}
