import Glibc
import Testing

@Suite struct `A server's life` {
    @Test func `SIGTERM answers what is in flight and ends with 0`() throws {
        let house = try House()
        let parked = try house.connect()
        parked.ask("POST", "/v1/leases/pull", key: house.workerKey, body: #"{"wait":60}"#)
        // The answer to this one says that the pull was read before.
        #expect(try house.call("GET", "/readyz").status == 200)
        house.server.signal(SIGTERM)
        let answer = try parked.answer()
        #expect(answer.status == 200 || answer.status == 503, "\(answer.text)")
        #expect(house.server.waitForEnd() == 0)
    }

    @Test func `a killed server keeps all that it answered for`() throws {
        let folder: String
        do {
            let house = try House()
            folder = house.server.folder
            try house.submit("acme", count: 12)
            let pulled = try house.pull(#"{"max":3,"lease":3600}"#)
            let token = try #require(pulled["jobs.0.lease.token"])
            _ = try house.call(
                as: nil, "POST", "/v1/leases/complete", #"{"results":[{"token":"\#(token)"}]}"#)
            house.server.signal(SIGKILL)
            #expect(house.server.waitForEnd() == -SIGKILL)
        }
        let again = try House(tenants: [], folder: folder)
        let all = try again.call("GET", "/v1/jobs?limit=100")
        #expect(all.count("items") == 12)
        #expect(try again.call("GET", "/v1/jobs?state=succeeded").count("items") == 1)
        #expect(try again.call("GET", "/v1/jobs?state=running").count("items") == 2)
        #expect(try again.pull(#"{"max":20}"#).count("jobs") == 7)
        #expect(try again.call("GET", "/v1/tenants/acme/usage")["metrics.jobs.used"] == "10")
    }

    @Test func `a second server on the same folder refuses and says who has it`() throws {
        let house = try House(tenants: [])
        do {
            _ = try ServerProcess(folder: house.server.folder)
            Issue.record("a second server started")
        } catch let failure as ServerProcess.StartFailure {
            #expect(failure.log.contains("server.refused"))
            #expect(failure.log.contains("is in use by process"))
        }
    }

    @Test func `a lease that runs out goes to another worker under a new token`() throws {
        let house = try House()
        try house.submit("acme", count: 1)
        let first = try house.pull(#"{"lease":5}"#)
        _ = try house.call("POST", "/v1/test/clock", #"{"advance":"6s"}"#)
        let second = try house.pull("{}")
        #expect(second["jobs.0.id"] == first["jobs.0.id"])
        #expect(second["jobs.0.lease.token"] != first["jobs.0.lease.token"])
        #expect(second["jobs.0.crash_count"] == "1")
        let token = try #require(first["jobs.0.lease.token"])
        let stale = try house.call(
            as: nil, "POST", "/v1/leases/complete", #"{"results":[{"token":"\#(token)"}]}"#)
        #expect(stale.status == 409)
        #expect(stale["code"] == "lease_lost")
    }
}
