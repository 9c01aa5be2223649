import Glibc
import Testing

@Suite(.serialized) struct `Clients that misbehave` {
    @Test func `a worker that vanishes before its answer loses nothing`() throws {
        let house = try House()
        let gone = try house.connect()
        gone.ask("POST", "/v1/leases/pull", key: house.workerKey, body: #"{"wait":60}"#)
        #expect(try house.call("GET", "/readyz").status == 200)
        gone.close()
        try house.submit("acme", count: 1)
        // Whether its ticket was served or freed, the job comes to the next worker, uncrashed.
        let next = try house.pull(#"{"wait":20}"#)
        #expect(next.count("jobs") == 1)
        #expect(next["jobs.0.crash_count"] == "0")
        #expect(next["jobs.0.attempt"] == "1")
    }

    @Test func `a request that stops in the middle does nothing`() throws {
        let house = try House()
        let client = try house.connect()
        client.send(
            "POST /v1/jobs HTTP/1.1\r\nHost: weir\r\nAuthorization: Bearer \(house.key("acme"))"
                + "\r\nContent-Length: 50\r\n\r\n{\"kind\":")
        client.close()
        #expect(try house.call("GET", "/v1/jobs").count("items") == 0)
    }

    @Test(arguments: [
        (
            "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            400
        ),
        ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        ("GET /\r\n\r\n", 400),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: 17_000) + "\r\n\r\n",
            431
        ),
        ("POST /v1/jobs HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n", 413),
        ("POST /v1/jobs/batch HTTP/1.1\r\nHost: a\r\nContent-Length: 16777217\r\n\r\n", 413),
        ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        ("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400),
    ])
    func `what cannot be read is refused and the connection ends`(
        request: String, status: Int
    ) throws {
        let house = try House(tenants: [])
        let client = try house.connect()
        client.send(request)
        let answer = try client.answer()
        #expect(answer.status == status)
        #expect(answer.header("content-type") == "application/problem+json")
        #expect(answer.header("connection") == "close")
        #expect(try client.isEnded())
        #expect(try house.call("GET", "/healthz").status == 200)
    }

    @Test(arguments: ["Content-Length: 900000", "Transfer-Encoding: chunked"])
    func `a large body is not read from whoever may not send it`(framing: String) throws {
        let house = try House()
        let rows: [(path: String, key: String?, status: Int)] = [
            ("/v1/jobs", nil, 401), ("/v1/jobs", "weir_tenant_nobody", 401),
            ("/v1/jobs", house.workerKey, 403), ("/v1/nothing", nil, 404),
            ("/v1/leases/pull", house.key("acme"), 403), ("/v1/tenants/acme", nil, 405),
        ]
        for (path, key, status) in rows {
            let client = try house.connect()
            let field = key.map { "Authorization: Bearer \($0)\r\n" } ?? ""
            client.send("POST \(path) HTTP/1.1\r\nHost: a\r\n\(field)\(framing)\r\n\r\n")
            let answer = try client.answer()
            #expect(answer.status == status, "\(path): \(answer.text)")
            #expect(answer.header("connection") == "close")
            #expect(try client.isEnded())
        }
    }

    @Test func `thousands of idle connections cost nobody anything`() throws {
        let house = try House()
        // Each is a file here and there; the test's own limit decides how many it can hold.
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let count = min(10_000, Int(clamping: limit.rlim_cur) - 500)
        let before = house.server.residentKilobytes
        let idle = try (0..<count).map { _ in try house.connect() }
        try house.submit("acme", count: 1)
        #expect(try house.pull("{}").count("jobs") == 1)
        #expect(house.server.residentKilobytes - before < 64 * 1_024)
        for client in idle { client.close() }
        #expect(try house.call("GET", "/healthz").status == 200)
    }

    @Test func `a pipeline is answered in order`() throws {
        let house = try House()
        let client = try house.connect()
        for kind in ["a", "b", "c"] {
            client.ask(
                "POST", "/v1/jobs", key: house.key("acme"), body: #"{"kind":"\#(kind)"}"#)
        }
        for kind in ["a", "b", "c"] { #expect(try client.answer()["kind"] == kind) }
    }
}
