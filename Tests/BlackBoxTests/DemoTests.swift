import Glibc
import Testing

@Suite struct `The demo` {
    @Test func `shows every outcome soon`() throws {
        let demo = try ServerProcess(
            flags: ["--demo", "--jobs", JobsFolder.samples, "--runners", "2"])
        let client = try RawClient(port: demo.port)
        func jobs(_ query: String) throws -> [[String: String]] {
            client.ask("GET", "/v1/jobs?limit=100&\(query)", key: ServerProcess.adminKey)
            return try client.answer().objects("items")
        }
        var missing: Set<String> = []
        for _ in 0..<600 {
            let all = try jobs("tag=demo")
            let states = Set(all.compactMap { $0["state"] })
            missing = Set(["succeeded", "dead", "canceled", "expired", "scheduled"])
                .subtracting(states)
            let isRetried = all.contains { $0["state"] == "succeeded" && $0["attempt"] == "3" }
            if !isRetried { missing.insert("failed and retried") }
            let held = try jobs("held=true")
            if held.first?["tenant"] != "pro-co" { missing.insert("held") }
            if missing.isEmpty { break }
            poll(nil, 0, 100)
        }
        #expect(missing == [])
        // What it submits is nobody's but the tenant's without limits, and one job of another.
        #expect(try jobs("tag=demo").allSatisfy { $0["tenant"] != "free-co" })
        #expect(try jobs("kind=report.csv").filter { $0["tenant"] == "pro-co" }.count == 1)
        // Nobody waits for a sample that takes its time.
        demo.signal(SIGTERM)
        #expect(demo.waitForEnd() == 0)
    }

    @Test func `submits nothing where it has no programs`() throws {
        let demo = try ServerProcess(flags: ["--demo"])
        let client = try RawClient(port: demo.port)
        client.ask("GET", "/v1/jobs?limit=1", key: ServerProcess.adminKey)
        #expect(try client.answer().objects("items").isEmpty)
    }
}
