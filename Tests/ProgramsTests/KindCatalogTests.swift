import Programs
import Testing

@Suite struct `The kinds of a folder` {
    private func folder(
        _ name: String, _ finding: KindFolder.Finding = .executable, settings: String? = nil
    ) -> KindFolder {
        KindFolder(
            name: name, program: "/jobs/\(name)/run", finding: finding,
            settings: settings.map { .bytes(Array($0.utf8)) } ?? .missing)
    }

    @Test func `are its folders with a program`() {
        let catalog = KindCatalog([folder("b"), folder("a.b"), folder(".git", .missing)])
        #expect(catalog.names == ["a.b", "b"])
        #expect(catalog.disabled == [])
        #expect(catalog.kinds["b"]?.program == "/jobs/b/run")
    }

    @Test(arguments: ["a..b", "a b", "-a", "ä", "a\\b", "a/b", ".."])
    func `have names that are no paths`(name: String) {
        #expect(KindCatalog([folder(name), folder("good")]).names == ["good"])
    }

    @Test func `that differ only in case are both disabled`() {
        let catalog = KindCatalog([folder("Mail"), folder("mail"), folder("other")])
        #expect(catalog.names == ["other"])
        #expect(catalog.disabled.map(\.name) == ["Mail", "mail"])
        #expect(catalog.disabled[0].reason.contains("'mail' differs"))
    }

    @Test func `that are broken are disabled alone, with the reason`() {
        let catalog = KindCatalog([
            folder("good"), folder("empty", .missing), folder("plain", .notExecutable),
            folder("pipe", .other("a pipe")), folder("wrong", settings: #"{"timeout":"x"}"#),
            KindFolder(
                name: "locked", program: "/p", finding: .executable,
                settings: .unreadable("permission denied")),
        ])
        #expect(catalog.names == ["good"])
        let reasons = Dictionary(
            uniqueKeysWithValues: catalog.disabled.map { ($0.name, $0.reason) })
        #expect(reasons["empty"]?.contains("no file 'run'") == true)
        #expect(reasons["plain"]?.contains("chmod +x") == true)
        #expect(reasons["pipe"] == "'run' is a pipe; put a program in its place")
        #expect(reasons["wrong"]?.contains("timeout takes a time") == true)
        #expect(reasons["locked"]?.contains("permission denied") == true)
    }

    @Test func `name the queues that work comes from`() {
        #expect(KindCatalog([folder("a")]).queues == [])
        let mixed = KindCatalog([folder("a"), folder("b", settings: #"{"queue":"mail"}"#)])
        #expect(mixed.queues == ["default", "mail"])
        let all = KindCatalog([folder("b", settings: #"{"queue":"mail"}"#)])
        #expect(all.queues == ["mail"])
    }

    @Test func `get what they need to know, and no more of the runner's environment`() {
        var work = LeasedWork(token: "t", id: "job_1", kind: "a", tenant: "acme")
        work.plan = "pro"
        let outside = ["SECRET": "s", "NAMED": "n", "PATH": "/bin"]
        let kind = KindCatalog([folder("a", settings: #"{"env":["NAMED","MISSING"]}"#)]).kinds["a"]
        let variables = JobEnvironment.variables(
            of: work, kind: kind ?? ProgramKind(name: "", program: "", settings: JobSettings()),
            deadline: "2026-01-01T00:00:00.000Z", inherited: { outside[$0] })
        #expect(
            Set(variables) == [
                "WEIR_JOB_ID=job_1", "WEIR_KIND=a", "WEIR_TENANT=acme", "WEIR_PLAN=pro",
                "WEIR_QUEUE=default", "WEIR_ATTEMPT=1", "WEIR_MAX_ATTEMPTS=1",
                "WEIR_DEADLINE=2026-01-01T00:00:00.000Z", "NAMED=n", "PATH=/bin", "LANG=C.UTF-8",
            ])
    }
}
