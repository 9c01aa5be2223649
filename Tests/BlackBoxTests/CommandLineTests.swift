import Glibc
import Testing

@Suite struct `The command line` {
    private func call(
        _ house: House, _ words: [String], key: String = ServerProcess.adminKey, input: String = ""
    ) -> WeirCall {
        WeirCall(
            words,
            environment: ["WEIR_URL": "http://127.0.0.1:\(house.server.port)", "WEIR_KEY": key],
            input: input)
    }

    @Test(arguments: [["--version"], ["version"], ["-V"]])
    func `it says which Weir it is`(words: [String]) {
        let call = WeirCall(words)
        #expect(call.code == 0)
        #expect(call.text.wholeMatch(of: /weir \d+\.\d+\.\d+\n/) != nil, "\(call.text)")
    }

    @Test(arguments: [["verify"], ["backup", "/tmp/weir-copy-of-nothing.db"]])
    func `a folder without a store is told in plain words`(words: [String]) {
        let folder = "/tmp/weir-box-nothing-\(getpid())"
        let call = WeirCall(words + ["--data", folder])
        #expect(call.code == 64)
        #expect(
            call.text.contains("there is no Weir store in \(folder) (no weir.db)"), "\(call.text)")
        #expect(!call.text.contains("SQLite"))
        #expect(access(folder, F_OK) != 0)
    }

    @Test func `a backup says why it cannot be written`() throws {
        let house = try House(tenants: [])
        let call = WeirCall(["backup", "/nowhere/copy.db", "--data", house.server.folder])
        #expect(call.code == 64)
        #expect(call.text.contains("cannot write in the folder /nowhere"), "\(call.text)")
        #expect(!call.text.contains("SQLite"))
    }

    @Test func `what the server finds wrong is named as it was typed, and ends with 64`() throws {
        let house = try House()
        for (words, part) in [
            (["submit", "greet"], "--tenant ID"), (["jobs", "--limit", "-1"], "--limit: "),
            (["submit", "greet", "--tenant", "acme", "--delay", "soon"], "--delay: "),
            (["submit", "greet", "--tenant", "acme", "--timeout", "0"], "--timeout: "),
            (["submit", "greet", "--tenant", "acme", "--expires-in", "never"], "--expires-in: "),
            (["submit", "a b", "--tenant", "acme"], "KIND: "), (["usage"], "weir usage TENANT"),
            (["tenants", "plan", "acme", "gold"], "PLAN: "),
        ] {
            let call = call(house, words)
            #expect(call.code == 64, "\(words)")
            #expect(call.text.hasPrefix("weir: ") && call.text.contains(part), "\(call.text)")
        }
    }

    @Test func `a grant of a known source is told as nothing granted`() throws {
        let house = try House()
        let first = call(house, ["grants", "add", "acme", "5", "invoice:17"])
        #expect(first.code == 0 && !first.text.contains("Nothing"), "\(first.text)")
        let again = call(house, ["grants", "add", "acme", "5", "invoice:17"])
        #expect(
            again.text.contains("Nothing was granted: source 'invoice:17' was known, as shown"))
        let other = call(house, ["grants", "add", "acme", "7", "invoice:17"])
        #expect(other.code == 0 && other.text.contains("with another amount."), "\(other.text)")
    }

    @Test func `a tenant that is busy is deleted by a flag that the refusal names`() throws {
        let house = try House()
        try house.submit("acme", count: 1)
        #expect(try house.pull("{}").count("jobs") == 1)
        let refused = call(house, ["tenants", "delete", "acme"])
        #expect(refused.text.contains("has 1 running job."), "\(refused.text)")
        #expect(refused.code == 1 && refused.text.contains("--force"), "\(refused.text)")
        #expect(!refused.text.contains("?force"))
        #expect(call(house, ["tenants", "delete", "acme", "--force"]).code == 0)
        #expect(WeirVerify.run(house.server.folder).text.contains("over 1 job, all hold"))
    }

    @Test func `an override to no limit at all is shown as one`() throws {
        let house = try House()
        let set = call(house, ["overrides", "set", "acme", "jobs", "unlimited"])
        #expect(set.code == 0 && set.text.contains("jobs    unlimited"), "\(set.text)")
        let list = call(house, ["overrides", "acme"])
        #expect(list.text.contains("jobs    unlimited"), "\(list.text)")
    }

    @Test func `a refusal ends with 1, a wrong key with 77, and no server with 69`() throws {
        let house = try House()
        #expect(call(house, ["jobs", "show", "nope"]).code == 1)
        #expect(call(house, ["tenants", "create", "acme"]).code == 1)
        let wrong = call(house, ["tenants"], key: "wrong")
        #expect(wrong.code == 77 && wrong.text.contains("--key"), "\(wrong.text)")
        #expect(call(house, ["tenants"], key: house.workerKey).code == 77)
        let absent = call(house, ["tenants", "--url", "http://127.0.0.1:1"])
        #expect(absent.code == 69 && absent.text.contains("weir serve"), "\(absent.text)")
    }

    @Test(arguments: [">/dev/full", ">&-"])
    func `an answer that nobody sees is no success`(redirect: String) throws {
        let pipe = try #require(
            popen("{ \(ServerProcess.binary) --version \(redirect); } 2>&1", "r"))
        var line = [CChar](repeating: 0, count: 256)
        _ = fgets(&line, 256, pipe)
        let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
        #expect(pclose(pipe) >> 8 & 0xFF == 1)
        #expect(text.contains("standard output could not be written"), "\(text)")
    }

    @Test(arguments: [
        "", "no database, whatever it says; it is long enough for a header, and more.",
    ])
    func `what is no database of Weir is not backed up`(content: String) throws {
        let folder = "/tmp/weir-box-none-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        try #require(mkdir(folder, 0o700) == 0)
        let file = try #require(fopen(folder + "/weir.db", "w"))
        fputs(content, file)
        fclose(file)
        let call = WeirCall(["backup", folder + "/copy", "--data", folder])
        #expect(call.code != 0)
        #expect(call.text.contains("\(folder)/weir.db is no"), "\(call.text)")
        #expect(access(folder + "/copy", F_OK) != 0)
    }

    @Test func `an id of two dots asks for that id`() throws {
        let house = try House(tenants: [])
        let call = call(house, ["tenants", "show", ".."])
        #expect(call.code == 1)
        #expect(call.text.contains("There is no tenant '..'"), "\(call.text)")
    }

    @Test func `a job may be told how long it may run, and how long it may wait`() throws {
        let house = try House()
        let sent = call(
            house,
            ["submit", "greet", "--tenant", "acme", "--timeout", "90s", "--expires-in", "2h"]
                + ["--attempts", "2", "--json"])
        #expect(sent.code == 0, "\(sent.text)")
        for part in ["\"timeout\":90}", "\"max_attempts\":2,", "\"expires_at\":\"2"] {
            #expect(sent.text.contains(part), "\(part): \(sent.text)")
        }
    }

    @Test func `a payload may come from standard input`() throws {
        let house = try House()
        let words = ["submit", "greet", "-", "--tenant", "acme"]
        let sent = call(house, words, input: #"{"name":"it's me"}"#)
        #expect(sent.code == 0 && sent.text.contains(#"{"name":"it's me"}"#), "\(sent.text)")
        let cut = call(house, words, input: #"{"name":"#)
        #expect(cut.code == 64 && cut.text.contains("not JSON"), "\(cut.text)")
    }
}
