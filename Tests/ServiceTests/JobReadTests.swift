import Core
import HTTP
import Service
import Store
import Testing

@Suite struct JobReadTests {
    @Test func `a job is shown with every member in its order`() {
        let response = House().call(
            "GET", "/v1/jobs/\(Samples.job1Text)", .tenant, rows: .job(Samples.job()))
        #expect(response?.status == 200)
        #expect(response?.text == Samples.jobJSON)
    }

    @Test func `a job that ended shows how, in times with milliseconds`() {
        var job = Samples.job(state: .dead)
        job.attempt = 2
        job.crashCount = 1
        job.startedAt = House.noon.adding(1)
        job.finishedAt = House.noon.adding(1_234)
        job.error = [UInt8](#"{"type":"E"}"#.utf8)
        job.chargedPeriod = Period(containing: House.noon)
        job.cancelRequestedAt = House.noon.adding(999)
        let text = House().call("GET", "/v1/jobs/\(Samples.job1Text)", .tenant, rows: .job(job))?
            .text
        for part in [
            #""state":"dead""#, #""attempt":2"#, #""crash_count":1"#,
            #""started_at":"2026-11-16T12:00:00.001Z""#,
            #""finished_at":"2026-11-16T12:00:01.234Z""#, #""error":{"type":"E"}"#,
            #""charged_period":"2026-11""#,
            #""cancel_requested_at":"2026-11-16T12:00:00.999Z""#,
        ] {
            #expect(text?.contains(part) == true, "\(part)")
        }
    }

    @Test(arguments: ["nope", "job_1", "key_0000000000001", "job_000000000000u"])
    func `what is no job's id is 404 and named`(id: String) {
        let house = House()
        let response = house.call("GET", "/v1/jobs/\(id)", .tenant)
        #expect(response?.status == 404)
        #expect(response?["detail"]?.contains("'\(id)'") == true)
        #expect(house.queries.isEmpty)
    }

    @Test func `a job that is not the caller's is 404`() throws {
        let house = House()
        let response = house.call("GET", "/v1/jobs/\(Samples.job1Text)", .tenant, rows: .job(nil))
        #expect(response?.status == 404)
        #expect(response?["code"] == "not_found")
        #expect(response?["detail"]?.contains(Samples.job1Text) == true)
    }

    @Test func `a list shows its page and where it goes on`() {
        let response = House().call(
            "GET", "/v1/jobs", .tenant, rows: .jobPage([Samples.job()], next: Samples.job1))
        #expect(
            response?.text
                == #"{"items":[\#(Samples.jobJSON)],"next_cursor":"job_0000000000001"}"#)
    }

    @Test func `the last page says so`() {
        let response = House().call("GET", "/v1/jobs", .tenant, rows: .jobPage([], next: nil))
        #expect(response?.text == #"{"items":[],"next_cursor":null}"#)
    }

    @Test func `every filter reaches the reader`() throws {
        let house = House()
        house.send(
            "GET",
            "/v1/jobs?state=dead&queue=q&kind=k&tag=t&held=true&limit=500"
                + "&created_after=2026-11-01T00:00:00Z&cursor=\(Samples.job1Text)", .tenant)
        guard case .jobList(let filter) = house.queries[0].query else { throw Unexpected() }
        var wanted = JobFilter()
        wanted.tenant = "acme"
        wanted.state = .dead
        wanted.queue = "q"
        wanted.kind = "k"
        wanted.tag = "t"
        wanted.isHeld = true
        wanted.createdAfter = Timestamp(rfc3339: "2026-11-01T00:00:00Z")
        wanted.before = Samples.job1
        wanted.limit = 500
        #expect(filter == wanted)
    }

    @Test func `without filters a list has fifty rows of the caller's jobs`() throws {
        let house = House()
        house.send("GET", "/v1/jobs", .owner)
        guard case .jobList(let filter) = house.queries[0].query else { throw Unexpected() }
        #expect(filter.limit == 50 && filter.tenant == "acme")
    }

    @Test(arguments: [
        ("state=done", "?state", "found 'done'"), ("queue=a%20b", "?queue", "1 to 100"),
        ("kind=", "?kind", "1 to 100"), ("held=no", "?held", "expected true"),
        ("created_after=monday", "?created_after", "RFC 3339"), ("limit=0", "?limit", "1 to 500"),
        ("limit=501", "?limit", "found '501'"), ("limit=x", "?limit", "found 'x'"),
        ("cursor=zzz", "?cursor", "next_cursor"), ("colour=red", "?colour", "known parameter"),
        ("limit=1&limit=2", "?limit", "twice"),
    ])
    func `a wrong parameter is 422 with its name`(query: String, path: String, says: String) {
        let house = House()
        let response = house.call("GET", "/v1/jobs?\(query)", .tenant)
        #expect(response?.status == 422)
        #expect(response?["errors"]?.contains(#""path":"\#(path)""#) == true)
        #expect(response?["detail"]?.contains(says) == true, "\(response?["detail"] ?? "")")
        #expect(house.queries.isEmpty)
    }

    @Test func `a reader that cannot read is 503 with Retry-After`() {
        let response = House().call("GET", "/v1/jobs", .tenant, rows: .unavailable)
        #expect(response?.status == 503)
        #expect(response?["code"] == "storage_unavailable")
        #expect(response?.header("Retry-After") == "1")
    }

    @Test func `canceling shows the job`() throws {
        let house = House()
        let response = house.call(
            "POST", "/v1/jobs/\(Samples.job1Text)/cancel", .tenant,
            reply: .job(Samples.job(state: .canceled)))
        #expect(response?.status == 200)
        #expect(response?["state"] == "canceled")
    }

    @Test func `canceling what has ended is 409 and says how it ended`() {
        let response = House().call(
            "POST", "/v1/jobs/\(Samples.job1Text)/cancel", .tenant,
            reply: .refused(.jobFinished(Samples.job1, .succeeded)))
        #expect(response?.status == 409)
        #expect(response?["code"] == "already_finished")
        #expect(response?["detail"]?.contains("succeeded") == true)
    }

    @Test func `canceling an unknown job is 404`() {
        let response = House().call(
            "POST", "/v1/jobs/\(Samples.job1Text)/cancel", .tenant,
            reply: .refused(.jobUnknown(Samples.job1)))
        #expect(response?.status == 404)
    }
}
