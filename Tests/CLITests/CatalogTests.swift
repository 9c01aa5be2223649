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
        ["--jobs", "/nowhere"], ["--runners", "-1"], ["--runners", "1001"], ["--grace", "-1"],
        ["--webhook-tolerance", "0"], ["--listen", "nohost:80"], ["--listen", "1.2.3:80"],
    ])
    func `serve refuses what it cannot do, rather than ignore it`(words: [String]) {
        #expect(throws: Arguments.UsageError.self) { _ = try config(words) }
    }

    @Test(arguments: [
        ("WEIR_GRACE", "xyz"), ("WEIR_LISTEN", "nowhere"), ("WEIR_RUNNERS", "many"),
        ("WEIR_DEMO", "maybe"), ("WEIR_JOBS", "/nowhere"), ("WEIR_WEBHOOK_TOLERANCE", "0"),
    ])
    func `serve refuses a variable that it cannot follow`(name: String, value: String) {
        let error = #expect(throws: Arguments.UsageError.self) {
            _ = try config([], [name: value])
        }
        #expect(error?.message.contains(name) ?? false)
        #expect(error?.message.contains("'\(value)'") ?? false)
    }

    @Test func `serve runs programs where there is a folder of them`() throws {
        // The tests run where the sample jobs are.
        #expect(try config([]).jobsPath == "jobs")
        #expect(try config([]).runners >= 1)
        let told = try config([], ["WEIR_JOBS": "/tmp", "WEIR_RUNNERS": "3"])
        #expect(told.jobsPath == "/tmp" && told.runners == 3)
        // What the folder says of submits holds where none of its programs runs.
        let off = try config(["--runners", "0", "--jobs", "/tmp"])
        #expect(off.jobsPath == "/tmp" && off.runners == 0)
        #expect(!off.hasRunner && told.hasRunner)
    }

    @Test func `serve takes its plans from where it is told`() throws {
        #expect(try config([]).plansPath == nil)
        #expect(try config(["--plans", "a.json"]).plansPath == "a.json")
        #expect(try config([], ["WEIR_PLANS": "b.json"]).plansPath == "b.json")
    }

    @Test func `an admin key that no request can carry is refused`() {
        let key = String(repeating: "k", count: 32)
        for text in [key + " ", key + "\n", key + "ü"] {
            #expect(throws: Arguments.UsageError.self) {
                _ = try config([], ["WEIR_ADMIN_KEY": text])
            }
        }
    }

    @Test func `a mistyped second word is told apart from one too many`() {
        let complaint = { (words: [String]) -> String? in
            var rest = words[...]
            guard let command = Catalog.find("tenants", &rest) else { return nil }
            let error = #expect(throws: Arguments.UsageError.self) {
                _ = try Arguments(Array(rest), for: command) { _ in nil }
            }
            return error?.message
        }
        #expect(complaint(["cretae", "x"])?.hasSuffix("did you mean 'tenants create'?") ?? false)
        #expect(complaint(["show", "a", "b"])?.hasSuffix("does not take 'b'") ?? false)
    }

    @Test(arguments: [
        (["tenats"], "no command 'tenats'; did you mean 'tenants'?"),
        (["zzzzzz"], "no command 'zzzzzz'; `weir help` lists what there is"),
        (["webhooks", "evnts"], "no command 'webhooks evnts'; did you mean 'webhooks events'?"),
        (["webhooks", "zzzzzz"], "no command 'webhooks zzzzzz'; there are 'webhooks send'"),
        (["webhooks"], "no command 'webhooks'; there are 'webhooks send'"),
    ])
    func `words that name no command are told what there is`(words: [String], part: String) {
        let complaint = Catalog.complaint(of: words[0], words[1...])
        #expect(complaint.contains(part), "\(complaint)")
    }

    @Test(arguments: [
        ([], "'keys create' needs SCOPE: admin or worker"), (["tenant"], "--tenant ID"),
        (["owner"], "--tenant ID"), (["admin", "--tenant", "acme"], "leave --tenant out"),
        (["boss"], "not 'boss'"), (["admin", "--queues", "a"], "--queues is for worker keys"),
    ])
    func `a key that cannot be made names the flag`(words: [String], part: String) throws {
        var rest: ArraySlice = ["create"]
        let command = try #require(Catalog.find("keys", &rest))
        let arguments = try Arguments(words, for: command) { _ in nil }
        let error = #expect(throws: Arguments.UsageError.self) { try command.run(arguments) }
        #expect(error?.message.contains(part) ?? false, "\(error?.message ?? "")")
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
