import Glibc
import Testing

/// The runner inside the real server.
@Suite(.serialized) struct `A server that runs programs itself` {
    private func house(
        _ jobs: JobsFolder, runners: Int = 4, flags: [String] = [],
        environment: [String: String] = [:]
    ) throws -> House {
        try House(
            tenants: [("acme", "enterprise")],
            flags: ["--jobs", jobs.path, "--runners", "\(runners)"] + flags,
            environment: environment)
    }

    private func submit(_ house: House, _ body: String) throws -> String {
        let answer = try house.call(as: "acme", "POST", "/v1/jobs", body)
        return try #require(answer["id"], "\(answer.text)")
    }

    /// The job once it has ended.
    private func ended(_ house: House, _ id: String) throws -> BoxAnswer {
        // Twenty thousand jobs before it take minutes.
        for _ in 0..<20 {
            let job = try house.call(as: "acme", "GET", "/v1/jobs/\(id)?wait=30")
            let state: String = job["state"] ?? ""
            if ["succeeded", "dead", "canceled", "expired"].contains(state) { return job }
        }
        Issue.record("job \(id) did not end: \(house.server.log)")
        return try house.call(as: "acme", "GET", "/v1/jobs/\(id)")
    }

    /// Waits until the job is as `condition` wants it.
    private func wait(
        _ house: House, _ id: String, until condition: (BoxAnswer) -> Bool
    ) throws {
        for _ in 0..<3_000 {
            if condition(try house.call(as: "acme", "GET", "/v1/jobs/\(id)")) { return }
            poll(nil, 0, 10)
        }
        Issue.record("waited in vain for job \(id)")
    }

    @Test func `does the sample kinds without a key or another process`() throws {
        let house = try House(
            tenants: [("acme", "enterprise")],
            flags: ["--jobs", JobsFolder.samples, "--runners", "4"])
        let cases: [(body: String, state: String, part: String)] = [
            (#"{"kind":"hello","payload":{"name":"you"}}"#, "succeeded", "Hello, you!"),
            (
                #"{"kind":"report.csv","payload":{"rows":[{"item":"tea","amount":3}]}}"#,
                "succeeded", #""percent":100"#
            ),
            (
                #"{"kind":"hello","payload":{"name":"you \"\u00e4\", you"}}"#, "succeeded",
                #"Hello, you \"\u00e4\", you!"#
            ),
            (#"{"kind":"tokens","payload":{"text":"a\"bc"}}"#, "succeeded", #""tokens": 2"#),
            // What can never work is not tried again.
            (#"{"kind":"report.csv","payload":3}"#, "dead", "bad_payload"),
            (
                #"{"kind":"report.csv","payload":{"rows":[{"item":1,"amount":1e999}]}}"#, "dead",
                "bad_payload"
            ),
            (#"{"kind":"tokens","payload":{"text":4}}"#, "dead", "bad_payload"),
            (#"{"kind":"webhook.post","payload":[]}"#, "dead", "bad_payload"),
            (#"{"kind":"webhook.post","payload":{"url":"http://"}}"#, "dead", "bad_payload"),
            (#"{"kind":"flaky","payload":{"exit":"x"}}"#, "dead", "bad_payload"),
            (#"{"kind":"flaky","payload":{"exit":65}}"#, "dead", "exit code 65"),
            (#"{"kind":"flaky","payload":{"signal":11},"max_attempts":1}"#, "dead", "SIGSEGV"),
            (#"{"kind":"flaky","payload":{"fail_until":1}}"#, "succeeded", ""),
            (#"{"kind":"slow","payload":{"seconds":1}}"#, "succeeded", #""slept":1"#),
        ]
        let ids = try cases.map { try submit(house, $0.body) }
        for (id, wanted) in zip(ids, cases) {
            let job = try ended(house, id)
            #expect(job["state"] == wanted.state, "\(wanted.body): \(job.text)")
            #expect(job.text.contains(wanted.part), "\(wanted.body): \(job.text)")
        }
        let log = try house.call(as: "acme", "GET", "/v1/jobs/\(ids[0])/logs")
        #expect(log.text.contains("Hello, you!"), "\(log.text)")
        house.server.signal(SIGTERM)
        #expect(house.server.waitForEnd() == 0)
        let (text, code) = WeirVerify.run(house.server.folder)
        #expect(code == 0, "\(text)")
    }

    @Test func `gives programs what they are told they get`() throws {
        let jobs = try JobsFolder(["say": #"env; cat"#], settings: #"{"env":["OWN"]}"#)
        let house = try house(jobs, environment: ["OWN": "mine"])
        let id = try submit(house, #"{"kind":"say","payload":{"a":1}}"#)
        #expect(try ended(house, id)["state"] == "succeeded")
        let log = try house.call(as: "acme", "GET", "/v1/jobs/\(id)/logs").text
        for part in [
            "WEIR_JOB_ID=\(id)", "WEIR_TENANT=acme", "WEIR_PLAN=enterprise", "WEIR_ATTEMPT=1",
            "WEIR_QUEUE=default", "OWN=mine", #"{\"a\":1}"#,
        ] {
            #expect(log.contains(part), "\(part): \(log)")
        }
        #expect(!log.contains("WEIR_ADMIN_KEY"))
    }

    @Test func `tells a program of a cancel at once`() throws {
        let jobs = try JobsFolder(["long": "trap 'echo told; exit 1' TERM; sleep 1000 & wait"])
        let house = try house(jobs)
        let id = try submit(house, #"{"kind":"long"}"#)
        try wait(house, id) { $0["state"] == "running" }
        let start = KillLoop.milliseconds
        _ = try house.call(as: "acme", "POST", "/v1/jobs/\(id)/cancel")
        #expect(try ended(house, id)["state"] == "canceled")
        // A heartbeat would have learnt of it after ten seconds.
        #expect(KillLoop.milliseconds - start < 8_000)
    }

    @Test func `is drained: programs get their time, then SIGTERM, and all is in the store`() throws
    {
        let jobs = try JobsFolder([
            "quick": #"sleep 1; echo '{"result":1}' >&3"#,
            "long": "trap 'echo told; exit 1' TERM; sleep 1000 & wait",
        ])
        let house = try house(jobs, flags: ["--drain", "3s"])
        let quick = try submit(house, #"{"kind":"quick"}"#)
        let long = try submit(house, #"{"kind":"long"}"#)
        try wait(house, quick) { $0["state"] == "running" }
        try wait(house, long) { $0["state"] == "running" }
        house.server.signal(SIGTERM)
        #expect(house.server.waitForEnd() == 0)
        #expect(house.server.log.contains("\"server.stopped\""), "\(house.server.log)")
        #expect(!house.server.log.contains("drain_timed_out"), "\(house.server.log)")
        let next = try House(tenants: [], flags: [], folder: house.server.folder)
        let done = try next.call("GET", "/v1/jobs/\(quick)")
        #expect(done["state"] == "succeeded" && done["result"] == "1", "\(done.text)")
        // Given back, no attempt used.
        let back = try next.call("GET", "/v1/jobs/\(long)")
        #expect(back["state"] == "ready" && back["attempt"] == "0", "\(back.text)")
        let log = try next.call("GET", "/v1/jobs/\(long)/logs")
        #expect(log.text.contains("told"), "\(log.text)")
    }

    @Test func `ends at once at a second signal, and programs with it`() throws {
        let marker = "\(UInt64.random(in: 0...UInt64.max))"
        let jobs = try JobsFolder(["long": "sleep 1000"], settings: #"{"env":["ROUND"]}"#)
        let house = try house(jobs, environment: ["ROUND": marker])
        let id = try submit(house, #"{"kind":"long"}"#)
        try wait(house, id) { $0["state"] == "running" }
        house.server.signal(SIGTERM)
        #expect(house.server.waitForLine("runner.draining") != nil)
        house.server.signal(SIGTERM)
        #expect(house.server.waitForEnd() == 1)
        #expect(WorkProcess.waitUntilGone(marked: "ROUND=\(marker)") == [])
    }

    @Test func `notices kinds that come, and a broken one is told of and alone`() throws {
        let jobs = try JobsFolder(["old": "exit 0"])
        let house = try house(jobs)
        #expect(house.server.log.contains(#""kinds":"old""#), "\(house.server.log)")
        try jobs.add("broken", "exit 0", settings: #"{"timeout":"never"}"#)
        try jobs.add("new", #"echo '{"result":2}' >&3"#)
        let line = try #require(house.server.waitForLine("runner.kind_disabled"))
        #expect(line.contains(#""kind":"broken""#) && line.contains("timeout"), "\(line)")
        let new = try submit(house, #"{"kind":"new"}"#)
        #expect(try ended(house, new)["result"] == "2")
        #expect(try ended(house, try submit(house, #"{"kind":"old"}"#))["state"] == "succeeded")
        let broken = try submit(house, #"{"kind":"broken"}"#)
        #expect(try house.call(as: "acme", "GET", "/v1/jobs/\(broken)")["state"] == "ready")
        // Who asks why it does not start is told where to look.
        let why = WeirCall(
            ["jobs", "why", broken],
            environment: ["WEIR_URL": house.url, "WEIR_KEY": house.key("acme")])
        #expect(why.text.contains("`weir jobs kinds`"), "\(why.text)")
        #expect(why.text.contains("no_worker") && why.text.contains("disabled"), "\(why.text)")
        let kinds = WeirCall(["jobs", "kinds", "--jobs", jobs.path])
        #expect(kinds.code == 1 && kinds.text.contains("disabled: job.json"), "\(kinds.text)")
    }

    @Test func `gives a job that could not be started back what it cost`() throws {
        let jobs = try JobsFolder(["lost": "exit 0"])
        try jobs.write("#!/nowhere/at/all\n", to: jobs.path + "/lost/run")
        let house = try house(jobs)
        let id = try submit(house, #"{"kind":"lost","max_attempts":1}"#)
        let job = try ended(house, id)
        #expect(job["state"] == "dead" && job["error.type"] == "could_not_start", "\(job.text)")
        let usage = try house.call("GET", "/v1/tenants/acme/usage")
        #expect(usage["metrics.jobs.used"] == "0", "\(usage.text)")
    }

    @Test func `a submit has the terms of its kind, and may only ask for less`() throws {
        let jobs = try JobsFolder()
        try jobs.add(
            "mail", "exit 0",
            settings: #"{"queue":"mail","timeout":"1m","max_attempts":3}"#)
        let house = try house(jobs)
        let plain = try house.call(as: "acme", "POST", "/v1/jobs", #"{"kind":"mail"}"#)
        #expect(plain["queue"] == "mail", "\(plain.text)")
        #expect(plain["max_attempts"] == "3" && plain["timeout"] == "60", "\(plain.text)")
        let more = try house.call(
            as: "acme", "POST", "/v1/jobs",
            #"{"max_attempts":9,"timeout":600,"kind":"mail","queue":"mail"}"#)
        #expect(more["max_attempts"] == "3" && more["timeout"] == "60", "\(more.text)")
        let less = try house.call(
            as: "acme", "POST", "/v1/jobs", #"{"kind":"mail","max_attempts":1,"timeout":5}"#)
        #expect(less["max_attempts"] == "1" && less["timeout"] == "5", "\(less.text)")
        for answer in [plain, more, less] {
            let id = try #require(answer["id"])
            #expect(try ended(house, id)["state"] == "succeeded")
        }
    }

    @Test func `who waits for a job that nobody does is told so at once`() throws {
        let jobs = try JobsFolder(["old": "exit 0"])
        let house = try house(jobs)
        try jobs.add("broken", "exit 0", settings: #"{"timeout":"never"}"#)
        #expect(house.server.waitForLine("runner.kind_disabled") != nil)
        let environment = ["WEIR_URL": house.url, "WEIR_KEY": house.key("acme")]
        for (kind, part) in [("broken", "disabled"), ("nobodys", "has no program")] {
            // The call is ended, the job has not.
            let call = WeirCall(
                ["submit", kind, "--wait"], environment: environment, seconds: 4)
            #expect(call.code == 137, "\(call.text)")
            #expect(call.text.contains("No worker serves kind '\(kind)'"), "\(call.text)")
            #expect(call.text.contains(part), "\(call.text)")
        }
        let quick = WeirCall(["submit", "old", "--wait"], environment: environment)
        #expect(quick.code == 0 && !quick.text.contains("No worker"), "\(quick.text)")
    }

    @Test func `the terms of a kind hold though the server runs no programs`() throws {
        let jobs = try JobsFolder()
        try jobs.add("mail", "exit 0", settings: #"{"queue":"mail","max_attempts":3}"#)
        let house = try house(jobs, runners: 0)
        let answer = try house.call(as: "acme", "POST", "/v1/jobs", #"{"kind":"mail"}"#)
        #expect(answer["queue"] == "mail" && answer["max_attempts"] == "3", "\(answer.text)")
        let id = try #require(answer["id"])
        let why = try house.call(as: "acme", "GET", "/v1/jobs/\(id)/why").text
        #expect(why.contains("no_worker") && why.contains("--runners 0"), "\(why)")
        // A worker does them, and that is seen.
        let work = try WorkProcess(house, jobs: jobs.path)
        #expect(try house.ended(id)["state"] == "succeeded")
        _ = work
        let next = try submit(house, #"{"kind":"mail","delay":60}"#)
        let later = try house.call(as: "acme", "GET", "/v1/jobs/\(next)/why").text
        #expect(!later.contains("no_worker"), "\(later)")
    }

    @Test func `leaks no descriptor`() throws {
        let count = getenv("WEIR_CHILDREN").flatMap { Int(String(cString: $0)) } ?? 300
        let house = try house(try JobsFolder(["noop": "exit 0"]), runners: 8)
        func run(_ count: Int) throws {
            var left = count
            while left > 0 {
                try house.submit("acme", count: min(left, 500), kind: "noop")
                left -= 500
            }
            _ = try ended(house, try submit(house, #"{"kind":"noop","priority":9}"#))
        }
        try run(20)
        let before = WorkProcess.descriptorCount(of: house.server.process)
        let start = KillLoop.milliseconds
        try run(count)
        let rate = count * 1_000 / max(1, KillLoop.milliseconds - start)
        print("own runner: \(count) no-op programs, \(rate) a second")
        #expect(before > 3)
        let after = WorkProcess.descriptorCount(of: house.server.process)
        #expect(after <= before + 8 * 4, "\(before) before, \(after) after")
    }

    @Test(arguments: [
        (["--runners", "2", "--jobs", "/nowhere"], "--jobs is '/nowhere'"),
        (["--runners", "0", "--jobs", "/nowhere"], "--jobs is '/nowhere'"),
        (["--runners", "1001"], "from 0 to 1000"),
    ])
    func `refuses a folder and a number that cannot be`(flags: [String], part: String) {
        let call = WeirCall(["serve", "--data", "/tmp/weir-never-made"] + flags)
        #expect(call.code == 64 && call.text.contains(part), "\(call.text)")
    }
}
