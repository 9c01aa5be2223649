import Server
import Testing

@testable import CLI

@Suite struct `The commands` {
    @Test func `a command of two words wins over its family`() {
        var rest: ArraySlice<String> = ["create", "acme"]
        #expect(Catalog.find("tenants", &rest)?.name == "tenants create")
        #expect(rest == ["acme"])
        rest = ["--json"]
        #expect(Catalog.find("tenants", &rest)?.name == "tenants")
        #expect(rest == ["--json"])
        #expect(Catalog.find("nothing", &rest) == nil)
    }

    @Test func `names are told apart, and every command explains itself`() {
        #expect(Set(Catalog.commands.map(\.name)).count == Catalog.commands.count)
        for command in Catalog.commands {
            #expect(command.summary.hasSuffix("."), "\(command.name)")
            #expect(Set(command.options.map(\.name)).count == command.options.count)
        }
    }

    private func config(
        _ words: [String], _ environment: [String: String] = [:]
    ) throws -> Config {
        let arguments = try Arguments(words, for: ServeCommand.command) { environment[$0] }
        return try ServeCommand.config(arguments) { environment[$0] }
    }

    @Test func `serve has the defaults of its contract`() throws {
        let config = try config([])
        #expect(config.dataPath == "./data")
        #expect(config.host == "127.0.0.1")
        #expect(config.port == 8_787)
        #expect(config.drainMilliseconds == 30_000)
        #expect(!config.isDemo && !config.hasTestClock)
    }

    @Test(arguments: [
        ("127.0.0.1:0", "127.0.0.1", 0), (":80", "0.0.0.0", 80), ("[::1]:8787", "::1", 8_787),
        ("localhost:1", "localhost", 1),
    ])
    func `serve listens where it is told`(text: String, host: String, port: Int) throws {
        let config = try config(["--listen", text])
        #expect(config.host == host)
        #expect(config.port == port)
    }

    @Test(arguments: [
        ["--listen", "nowhere"], ["--listen", "a:65536"], ["--log", "xml"], ["--drain", "soon"],
        ["--plans", "plans.json"], ["--jobs", "jobs"], ["--runners", "2"],
    ])
    func `serve refuses what it cannot do, rather than ignore it`(words: [String]) {
        #expect(throws: Arguments.UsageError.self) { _ = try config(words) }
    }

    @Test func `an admin key that could be guessed is refused`() {
        #expect(throws: Arguments.UsageError.self) {
            _ = try config([], ["WEIR_ADMIN_KEY": "short"])
        }
        #expect(throws: Never.self) {
            _ = try config([], ["WEIR_ADMIN_KEY": String(repeating: "k", count: 32)])
        }
    }
}
