import Glibc
import Testing

@Suite struct `The README` {
    @Test func `its sixty seconds end in a held job that the upgrade frees`() throws {
        let demo = try Self.demo()
        let block = try #require(Self.blocks.first { $0.contains("for n in 1 2 3") })
        let home = try Self.home(of: demo)
        let output = try Self.run(block, in: home)
        let lines = output.split(separator: "\n")
        #expect(lines.filter { $0.contains(#""state":"ready""#) }.count == 12, "\(output)")
        #expect(output.contains(#""reason":"quota_exhausted""#))
        let pulls = output.components(between: #"{"jobs":["#, and: "]}")
        #expect(pulls.count == 2)
        #expect(pulls.last?.contains(#""payload":{"n":11}"#) ?? false, "\(output)")
        #expect(output.contains(#""effective_plan":"pro""#))
    }

    @Test func `its first job is done by a program in the folder of jobs`() throws {
        let demo = try Self.demo()
        let block = try #require(Self.blocks.first { $0.contains("submit hello") })
        let output = try Self.run("set -e\n\(block)echo done\n", in: try Self.home(of: demo))
        #expect(output.hasPrefix("Hello, you!\n"), "\(output)")
        #expect(output.contains(#"{"greeting":"Hello, you!"}"#), "\(output)")
        #expect(output.hasSuffix("done\n"), "\(output)")
    }

    /// The demo as `scripts/run` starts it, with the jobs of the checkout.
    private static func demo() throws -> ServerProcess {
        try ServerProcess(
            flags: ["--demo", "--jobs", JobsFolder.samples, "--runners", "2"], adminKey: nil)
    }

    /// A folder in which the README's lines stand as in the checkout: its data folder is `data`.
    private static func home(of server: ServerProcess) throws -> String {
        let home = server.folder + "-home"
        try #require(mkdir(home, 0o700) == 0)
        try #require(symlink(server.folder, home + "/data") == 0)
        for folder in ["/.build", "/.build/release"] {
            try #require(mkdir(home + folder, 0o700) == 0)
        }
        try #require(symlink(ServerProcess.binary, home + "/.build/release/weir") == 0)
        return home
    }

    @Test func `its commands do what they say against a running server`() throws {
        let server = try ServerProcess(flags: [], adminKey: nil)
        let block = try #require(Self.blocks.first { $0.contains("weir backup") })
        let home = try Self.home(of: server)
        let script = "set -e\nexport WEIR_URL=http://127.0.0.1:\(server.port)\n\(block)echo done\n"
        let output = try Self.run(script, in: home)
        #expect(output.hasSuffix("all hold\ndone\n"), "\(output)")
        #expect(output.contains(#"{"name":"you"}"#) && output.contains("weir_tenant_"))
    }

    @Test func `every command that it names exists`() throws {
        let help = try Self.run("\(ServerProcess.binary) help", in: "/tmp")
        for block in Self.blocks {
            for line in block.split(separator: "\n") where line.hasPrefix("weir ") {
                let words = line.split(separator: " ")
                let first = "weir " + words[1]
                #expect(help.contains(first), "\(line)")
            }
        }
    }

    /// The shell blocks of the README.
    private static let blocks: [String] = {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        guard let file = fopen(root.joined(separator: "/") + "/README.md", "r") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        return text.components(between: "```sh\n", and: "```")
    }()

    private static func run(_ script: String, in folder: String) throws -> String {
        let path = "/tmp/weir-script-\(getpid())-\(UInt64.random(in: 0...(.max)))"
        let file = try #require(fopen(path, "w"))
        fputs(script, file)
        fclose(file)
        defer { unlink(path) }
        let pipe = try #require(popen("cd \(folder) && bash \(path) 2>/dev/null", "r"))
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 {
            output += buffer[..<count]
        }
        pclose(pipe)
        return String(decoding: output, as: UTF8.self)
    }
}

extension String {
    fileprivate func components(between start: String, and end: String) -> [String] {
        var found: [String] = []
        var rest = self[...]
        while let opening = rest.firstRange(of: start) {
            rest = rest[opening.upperBound...]
            guard let closing = rest.firstRange(of: end) else { break }
            found.append(String(rest[..<closing.lowerBound]))
            rest = rest[closing.upperBound...]
        }
        return found
    }
}
