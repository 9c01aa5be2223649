import Glibc

/// Files of the checkout that the tests were built from.
enum Checkout {
    /// The bytes of a file, by its path from the top.
    static func bytes(_ path: String, file: String = #filePath) -> [UInt8]? {
        // Tests/PlansTests/Checkout.swift is three steps below the top.
        let root = file.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        guard let file = fopen(root.joined(separator: "/") + "/" + path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            bytes += buffer[..<count]
        }
        return bytes
    }

    /// The text of a file, by its path from the top.
    static func text(_ path: String) -> String {
        String(decoding: bytes(path) ?? [], as: UTF8.self)
    }
}
