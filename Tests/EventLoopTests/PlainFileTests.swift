import EventLoop
import Glibc
import Testing

@Suite struct `A file that an operator gives` {
    private let folder = "/tmp/weir-plain-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"

    init() throws { try #require(mkdir(folder, 0o700) == 0) }

    private func put(_ text: String) throws -> String {
        let path = folder + "/file"
        let file = try #require(fopen(path, "w"))
        fputs(text, file)
        fclose(file)
        return path
    }

    @Test(arguments: ["", "x", String(repeating: "abc", count: 100_000)])
    func `is read whole`(text: String) throws {
        #expect(try PlainFile.read(put(text), bytesMax: 1 << 20) == Array(text.utf8))
    }

    @Test func `is read one byte too far where it is too long`() throws {
        #expect(try PlainFile.read(put("12345"), bytesMax: 5) == Array("12345".utf8))
        #expect(try PlainFile.read(put("123456789"), bytesMax: 5) == Array("123456".utf8))
    }

    @Test func `is named with its fault where there is none`() {
        let fault = #expect(throws: PlainFile.Fault.self) {
            try PlainFile.read(folder + "/none", bytesMax: 5)
        }
        #expect(fault?.description == "No such file or directory")
    }

    @Test func `is neither a folder nor a pipe that is waited for`() throws {
        let pipe = folder + "/pipe"
        try #require(mkfifo(pipe, 0o600) == 0)
        for path in [folder, pipe, "/dev/zero"] {
            let fault = #expect(throws: PlainFile.Fault.self) {
                try PlainFile.read(path, bytesMax: 5)
            }
            #expect(fault?.description == "it is no ordinary file")
        }
    }
}
