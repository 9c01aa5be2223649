import EventLoop
import Glibc
import Testing

@Suite struct `Files that are named to be read` {
    /// A new file with these bytes, by its path.
    private func file(_ bytes: [UInt8]) throws -> String {
        let pattern = "/tmp/weir-input-" + String(repeating: "X", count: 6)
        var template = Array(pattern.utf8CString)
        let descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        try #require(write(descriptor, bytes, bytes.count) == bytes.count)
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    @Test(arguments: [0, 1, 65_536, 65_537, 200_000])
    func `a file is read to its end`(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let path = try file(bytes)
        defer { unlink(path) }
        #expect(try InputFile.read(path, bytesMax: count) == bytes)
    }

    @Test func `of a file that is too long no more is read than shows it`() throws {
        let path = try file([UInt8](repeating: 7, count: 300_000))
        defer { unlink(path) }
        let bytes = try InputFile.read(path, bytesMax: 10)
        #expect((11..<300_000).contains(bytes.count))
    }

    @Test func `what cannot be read says why`() {
        let missing = #expect(throws: UVError.self) {
            try InputFile.read("/nowhere/plans.json", bytesMax: 1)
        }
        #expect(
            missing?.description == "open /nowhere/plans.json: no such file or directory (ENOENT)")
        let folder = #expect(throws: UVError.self) { try InputFile.read("/", bytesMax: 1) }
        #expect(folder?.name == "EISDIR")
    }
}
