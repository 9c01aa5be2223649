import Glibc
import Testing

@Suite struct `The start of a server` {
    private let folder = "/tmp/weir-box-start-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"

    private func put(_ text: String, _ name: String) throws {
        mkdir(folder, 0o755)
        let file = try #require(fopen(folder + "/" + name, "w"))
        fputs(text, file)
        fclose(file)
    }

    private func isThere(_ name: String) -> Bool { access(folder + "/" + name, F_OK) == 0 }

    /// The reason that one line of a refused start gives.
    private func refusal(_ flags: [String] = ["--listen", "127.0.0.1:0"]) -> String {
        let call = WeirCall(["serve", "--data", folder] + flags)
        let lines = call.text.split(separator: "\n").filter { $0.contains("server.refused") }
        #expect(call.code == 1 && lines.count == 1, "\(call.text)")
        return lines.first.map(String.init) ?? ""
    }

    @Test func `a first start makes the key, for its owner only`() throws {
        mkdir(folder, 0o755)
        let server = try ServerProcess(folder: folder, adminKey: nil)
        #expect(server.log.contains("admin_key.made"))
        #expect(server.log.contains("store.made"))
        for name in ["admin.key", "weir.db", "weir.db-wal", "lock"] {
            var status = stat()
            #expect(stat(folder + "/" + name, &status) == 0, "\(name)")
            #expect(status.st_mode & 0o077 == 0, "\(name)")
        }
        server.signal(SIGTERM)
        #expect(server.waitForEnd() == 0)
        let again = try ServerProcess(folder: folder, adminKey: nil)
        #expect(!again.log.contains("admin_key.made") && !again.log.contains("store.made"))
    }

    @Test func `a start that is refused leaves no key`() throws {
        let other = try ServerProcess()
        let reason = refusal(["--listen", "127.0.0.1:\(other.port)"])
        #expect(reason.contains("cannot listen at 127.0.0.1:\(other.port)"))
        #expect(!isThere("admin.key"))
        // And the next one finds nothing amiss.
        #expect(try ServerProcess(folder: folder, adminKey: nil).log.contains("admin_key.made"))
    }

    @Test func `a folder that holds a key for its first start, and nothing else, is taken`() throws
    {
        try put(String(repeating: "k", count: 32) + "\n", "admin.key")
        let server = try ServerProcess(folder: folder, adminKey: nil)
        #expect(!server.log.contains("admin_key.made"))
    }

    @Test func `a short key in the folder is refused, and can be mended`() throws {
        try put("short\n", "admin.key")
        #expect(refusal().contains("admin.key has 5 bytes"))
        try put(String(repeating: "k", count: 32) + "\n", "admin.key")
        #expect(try ServerProcess(folder: folder, adminKey: nil).port > 0)
    }

    @Test(arguments: [nil, ""])
    func `a folder that lost its database is refused`(rest: String?) throws {
        do {
            let server = try ServerProcess(folder: folder, adminKey: nil)
            server.signal(SIGKILL)
            server.waitForEnd()
        }
        unlink(folder + "/weir.db")
        if let rest { try put(rest, "weir.db") }
        let state = rest == nil ? "not there" : "empty"
        var reason = refusal()
        #expect(reason.contains("its weir.db is \(state)"), "\(reason)")
        #expect(reason.contains("weir.db-wal") && reason.contains("backup"), "\(reason)")
        for name in ["weir.db-wal", "weir.db-shm"] { unlink(folder + "/" + name) }
        reason = refusal()
        #expect(reason.contains("it has store.made"), "\(reason)")
        // What the line advises.
        unlink(folder + "/store.made")
        unlink(folder + "/lock")
        unlink(folder + "/weir.db")
        #expect(try ServerProcess(folder: folder, adminKey: nil).log.contains("store.made"))
    }

    @Test func `what is no folder, or holds no database, is told with its path`() throws {
        try put(
            "no database, whatever it says; it is long enough for a header, and more.", "weir.db")
        let reason = refusal()
        #expect(reason.contains("\(folder)/weir.db is no database"), "\(reason)")
        #expect(!isThere("admin.key"))
        let call = WeirCall(["serve", "--data", folder + "/weir.db"])
        #expect(call.code == 1 && call.text.contains("it is a file, and not a folder"))
    }

    @Test func `an empty file for a database is taken in a fresh folder`() throws {
        try put("", "weir.db")
        #expect(try ServerProcess(folder: folder, adminKey: nil).log.contains("store.made"))
    }
}
