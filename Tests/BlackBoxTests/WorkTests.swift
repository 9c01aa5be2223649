import Glibc
import Testing

/// The real `weir work` for the real server.
@Suite(.serialized) struct `Work for a server` {
    @Test func `does the sample kinds`() throws {
        let house = try House(tenants: [("acme", "enterprise")], flags: [])
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        let work = try WorkProcess(house, jobs: root.joined(separator: "/") + "/jobs")
        let cases: [(body: String, state: String, part: String)] = [
            (#"{"kind":"hello","payload":{"name":"you"}}"#, "succeeded", "Hello, you!"),
            (
                #"{"kind":"report.csv","payload":{"rows":[{"item":"tea","amount":3},{"item":"tea","amount":4}]}}"#,
                "succeeded", #"item,amount\ntea,7\n"#
            ),
            (#"{"kind":"report.csv","payload":3}"#, "dead", "bad_payload"),
            (#"{"kind":"flaky","payload":{"exit":65}}"#, "dead", "exit code 65"),
            (#"{"kind":"flaky","payload":{"signal":11},"max_attempts":1}"#, "dead", "SIGSEGV"),
            (#"{"kind":"flaky","payload":{"fail_until":1}}"#, "succeeded", ""),
            (#"{"kind":"slow","payload":{"seconds":1}}"#, "succeeded", #""slept":1"#),
            // The plans built in count no tokens; the job is done all the same.
            (#"{"kind":"tokens","payload":{"text":"four"}}"#, "succeeded", #""tokens": 2"#),
            (#"{"kind":"thumbnail","payload":{}}"#, "", ""),
            (#"{"kind":"webhook.post","payload":{"url":"ftp://x"}}"#, "dead", "bad_payload"),
        ]
        let ids = try cases.map { try house.submit(job: $0.body) }
        for (id, wanted) in zip(ids, cases) where !wanted.state.isEmpty {
            let job = try house.ended(id)
            #expect(job["state"] == wanted.state, "\(wanted.body): \(job.text)")
            #expect(job.text.contains(wanted.part), "\(wanted.body): \(job.text)")
        }
        work.signal(SIGTERM)
        #expect(work.waitForEnd() == 0, "\(work.log)")
        #expect(work.log.contains("\"job.usage_not_counted\""))
    }

    @Test func `is drained without a loss`() throws {
        let house = try House(tenants: [("acme", "enterprise")], flags: [])
        let jobs = try JobsFolder.make([
            "quick": "sleep 0.5; echo '{\"result\":1}' >&3", "long": "sleep 1000",
        ])
        let work = try WorkProcess(house, jobs: jobs, flags: ["--drain", "2s", "--runners", "4"])
        let quick = try house.submit(job: #"{"kind":"quick"}"#)
        let long = try house.submit(job: #"{"kind":"long"}"#)
        try house.wait(quick, for: "running")
        try house.wait(long, for: "running")
        work.signal(SIGTERM)
        #expect(work.waitForEnd() == 0, "\(work.log)")
        let done = try house.call(as: "acme", "GET", "/v1/jobs/\(quick)")
        #expect(done["state"] == "succeeded")
        // Given back, no attempt used.
        let back = try house.call(as: "acme", "GET", "/v1/jobs/\(long)")
        #expect(back["state"] == "ready", "\(back.text)")
        #expect(back["attempt"] == "0", "\(back.text)")
    }

    @Test func `takes a job whose payload is as deep as a submit may be`() throws {
        let house = try House(tenants: [("acme", "enterprise")], flags: [])
        let work = try WorkProcess(house, jobs: try JobsFolder.make(["deep": "cat > /dev/null"]))
        let payload = String(repeating: "[", count: 63) + String(repeating: "]", count: 63)
        let id = try house.submit(job: #"{"kind":"deep","payload":\#(payload)}"#)
        #expect(try house.ended(id)["state"] == "succeeded", "\(work.log)")
    }

    /// The runner knows more of its end than the server would.
    @Test func `tells of a program that took too long with its last words`() throws {
        let house = try House(tenants: [("acme", "enterprise")], flags: [])
        let script = "trap 'echo told; echo why >&2; exit 1' TERM; echo up; sleep 1000 & wait"
        let work = try WorkProcess(house, jobs: try JobsFolder.make(["late": script]))
        let id = try house.submit(job: #"{"kind":"late","timeout":1,"max_attempts":1}"#)
        let job = try house.ended(id)
        #expect(job["state"] == "dead" && job["error.type"] == "timeout", "\(job.text)")
        #expect(job["error.trace"] == "why", "\(job.text)")
        let log = try house.call(as: "acme", "GET", "/v1/jobs/\(id)/logs")
        #expect(log.text.contains("up") && log.text.contains("told"), "\(log.text)")
        work.signal(SIGTERM)
        #expect(work.waitForEnd() == 0, "\(work.log)")
        #expect(!work.log.contains("\"job.not_taken\""), "\(work.log)")
    }

    @Test func `ends at once with a key that may not`() throws {
        let house = try House(flags: [])
        let jobs = try JobsFolder.make(["a": ""], settings: #"{"queue":"other"}"#)
        let call = WeirCall([
            "work", "--url", "http://127.0.0.1:\(house.server.port)", "--key",
            "weir_worker_unknown", "--jobs", jobs,
        ])
        #expect(call.code == 77, "\(call.text)")
        let key = try house.call("POST", "/v1/keys", #"{"scope":"worker","queues":["mail"]}"#)
        let bound: String = try #require(key["key"])
        let other = WeirCall([
            "work", "--url", "http://127.0.0.1:\(house.server.port)", "--key", bound, "--jobs",
            jobs,
        ])
        #expect(other.code == 77 && other.text.contains("mail"), "\(other.text)")
    }

    @Test func `leaks no descriptor`() throws {
        let count = getenv("WEIR_CHILDREN").flatMap { Int(String(cString: $0)) } ?? 300
        let house = try House(tenants: [("acme", "enterprise")], flags: [])
        let work = try WorkProcess(
            house, jobs: try JobsFolder.make(["noop": "exit 0"]), flags: ["--runners", "8"])
        func run(_ count: Int) throws {
            var left = count
            while left > 0 {
                try house.submit("acme", count: min(left, 500), kind: "noop")
                left -= 500
            }
            _ = try house.ended(try house.submit(job: #"{"kind":"noop","priority":9}"#))
        }
        try run(20)
        let before = work.descriptorCount
        try run(count)
        #expect(before > 3)
        #expect(work.descriptorCount <= before + 8 * 4, "\(before) before")
        work.signal(SIGTERM)
        #expect(work.waitForEnd() == 0, "\(work.log)")
    }

    /// A kill of the runner, whatever its programs have become.
    @Test func `is killed, and leaves no process of a job`() throws {
        let rounds = getenv("WEIR_WORK_KILLS").flatMap { Int(String(cString: $0)) } ?? 2
        let house = try House(tenants: [("acme", "enterprise")], flags: [])
        let script = """
            case $WEIR_ATTEMPT in
            1) setsid sh -c 'setsid sleep 1000 & sleep 1000' & ;;
            esac
            trap '' TERM
            (setsid setsid sleep 1000 &)
            sleep 1000
            """
        let path = try JobsFolder.make(["stay": script], settings: #"{"env":["ROUND"]}"#)
        for round in 1...rounds {
            let marker = "ROUND=\(UInt64.random(in: 0...UInt64.max))"
            let work = try WorkProcess(
                house, jobs: path, flags: ["--runners", "50"], environment: [marker])
            try house.submit("acme", count: 50, kind: "stay")
            var tries = 0
            while WorkProcess.processes(marked: marker).count < 100, tries < 2_000 {
                poll(nil, 0, 10)
                tries += 1
            }
            #expect(tries < 2_000, "round \(round): the programs did not start: \(work.log)")
            work.signal(SIGKILL)
            work.waitForEnd()
            // A process that is just becoming another shows no environment, so once is not enough.
            tries = 0
            var cleanCount = 0
            while cleanCount < 5, tries < 1_000 {
                let isClean = WorkProcess.processes(marked: marker).isEmpty
                cleanCount = isClean ? cleanCount + 1 : 0
                poll(nil, 0, 10)
                tries += 1
            }
            let left = WorkProcess.processes(marked: marker)
            #expect(left == [], "round \(round)")
        }
    }
}
