import Glibc
import Testing

/// What programs do that are not as they should be, for the real server.
@Suite(.serialized) struct `Work that goes wrong` {
    /// What acme has used of a metric.
    private func used(_ house: House, _ metric: String) throws -> String? {
        try house.call("GET", "/v1/tenants/acme/usage")["metrics.\(metric).used"]
    }

    /// A key for work, with these bounds.
    private func key(_ house: House, _ bounds: String) throws -> String {
        let answer = try house.call("POST", "/v1/keys", #"{"scope":"worker"\#(bounds)}"#)
        return try #require(answer["key"], "\(answer.text)")
    }

    /// The keys of a tenant's own workers are not believed: they would work for nothing.
    @Test(arguments: [("", "0"), (#","queues":["default"]"#, "0"), (#","tenants":["acme"]"#, "1")])
    func `a program that cannot be started costs nothing, unless a key of tenants says so`(
        bounds: String, used: String
    ) throws {
        let house = try House(tenants: [("acme", "pro")], flags: [])
        let jobs = try JobsFolder.make(["a": ""], interpreter: "/no/such/interpreter")
        let work = try WorkProcess(house, jobs: jobs, key: try key(house, bounds))
        let job = try house.ended(
            try house.submit(
                job: #"{"kind":"a","max_attempts":2,"backoff":{"type":"fixed","base":0}}"#))
        #expect(job["state"] == "dead" && job["attempt"] == "2", "\(job.text)")
        #expect(job["error.type"] == "could_not_start", "\(job.text)")
        #expect(try self.used(house, "jobs") == used)
        work.signal(SIGTERM)
        #expect(work.waitForEnd() == 0, "\(work.log)")
        #expect(work.log.contains("\"job.not_started\""))
    }

    @Test func `tokens are counted by the plans that know them`() throws {
        let plans = JobsFolder.samples + "/../fixtures/plans.json"
        let house = try House(tenants: [("acme", "pro")], flags: ["--plans", plans])
        let work = try WorkProcess(house, jobs: JobsFolder.samples)
        for _ in 0..<2 {
            let id = try house.submit(job: #"{"kind":"tokens","payload":{"text":"four"}}"#)
            #expect(try house.ended(id)["result.tokens"] == "2")
        }
        #expect(try used(house, "llm_tokens") == "4")
        work.signal(SIGTERM)
        #expect(work.waitForEnd() == 0, "\(work.log)")
        #expect(!work.log.contains("\"job.usage_not_counted\""))
    }

    /// Nothing puts these off but what a start costs. A run of them ends with the attempts; what
    /// uses no attempt waits a second each time.
    @Test func `programs that exit at once and come back at once leave room for others`() throws {
        let count = getenv("WEIR_STARTS").flatMap { Int(String(cString: $0)) } ?? 500
        let house = try House(tenants: [("acme", "enterprise")], flags: [])
        let jobs = try JobsFolder.make([
            "restless": "exit 1", "later": #"echo '{"retry_in":0}' >&3; exit 75"#, "calm": "",
        ])
        let work = try WorkProcess(house, jobs: jobs, flags: ["--runners", "4"])
        _ = try house.ended(try house.submit(job: #"{"kind":"calm"}"#))
        let before = work.descriptorCount
        let later = try house.submit(job: #"{"kind":"later"}"#)
        let restless = try (0..<count / 100).map { _ in
            try house.submit(
                job: #"{"kind":"restless","max_attempts":100,"backoff":{"type":"fixed","base":0}}"#)
        }
        // The others have their turn while those are started again and again.
        for _ in 0..<5 {
            let calm = try house.ended(try house.submit(job: #"{"kind":"calm"}"#))
            #expect(calm["state"] == "succeeded" && calm["attempt"] == "1", "\(calm.text)")
        }
        for id in restless {
            let job = try house.ended(id)
            #expect(job["state"] == "dead" && job["attempt"] == "100", "\(job.text)")
        }
        #expect(work.descriptorCount <= before + 4 * 4, "\(before) before")
        _ = try house.call(as: "acme", "POST", "/v1/jobs/\(later)/cancel")
        #expect(try house.ended(later)["state"] == "canceled")
        work.signal(SIGTERM)
        #expect(work.waitForEnd() == 0, "\(work.log)")
        let lines = work.log.split(separator: "\n")
        #expect(lines.count { $0.contains("\"job.failed\"") } == restless.count * 100)
        let put = lines.filter { $0.contains("\"job.given_back\"") }
        #expect(!put.isEmpty && put.allSatisfy { $0.contains(#""seconds":"1""#) }, "\(put)")
        #expect(before > 3)
    }
}
