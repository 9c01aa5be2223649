import Core
import Store
import Testing

@testable import StoreSQLite

@Suite struct `The bounds of events to tenants` {
    private func bench(
        endpoints: Int, _ change: (inout BatchLimits) -> Void
    ) throws -> FileBench {
        var limits = BatchLimits()
        change(&limits)
        let bench = try FileBench(limits: limits)
        try bench.run(.createTenant(CreateTenant(id: "acme", plan: "enterprise")))
        for number in 0..<endpoints {
            let create = CreateEndpoint(
                tenant: "acme", url: "https://acme.example/\(number)", filter: .all,
                secret: Array(repeating: 1, count: 32))
            try bench.run(.outbound(.create(create)))
        }
        return bench
    }

    private func endJobs(_ bench: FileBench, count: Int) throws {
        _ = try bench.submit("acme", count: count)
        let items = try bench.pull(max: count).map { Completion(token: $0.token) }
        try bench.run(.complete(items))
    }

    private func count(_ bench: FileBench, _ sql: String) throws -> Int64 {
        try Database(path: bench.files.databasePath, role: .reader)
            .prepare("SELECT count(*) FROM " + sql).first { $0.int(0) } ?? -1
    }

    @Test func `a batch makes no more deliveries than it may, and the next goes on`() throws {
        let bench = try bench(endpoints: 3) { $0.fanOutMax = 4 }
        try endJobs(bench, count: 5)
        #expect(try count(bench, "outbox") == 5)
        var made: [Int64] = [try count(bench, "deliveries")]
        for _ in 0..<6 {
            try bench.run()
            made.append(try count(bench, "deliveries"))
        }
        #expect(made == [3, 6, 9, 12, 15, 15, 15])
    }

    @Test func `nothing is written for who wants nothing`() throws {
        let bench = try bench(endpoints: 0) { _ in }
        try endJobs(bench, count: 5)
        #expect(try count(bench, "outbox") == 0)
    }

    @Test func `an endpoint that lies too far behind is turned off, and what waits dropped`()
        throws
    {
        let bench = try bench(endpoints: 1) { $0.deliveriesWaitingMax = 3 }
        try endJobs(bench, count: 8)
        #expect(try count(bench, "endpoints WHERE state = 2 AND off_reason = 4") == 1)
        #expect(try count(bench, "outbox") == 3, "what has no delivery is forgotten")
        bench.advance(milliseconds: 60_000)
        try bench.run()
        #expect(try count(bench, "deliveries WHERE state = 4") == 3)
        #expect(try Verification.run(folder: bench.folder).faults == [])
    }

    @Test func `what is left of a removed endpoint is deleted in slices`() throws {
        let bench = try bench(endpoints: 2) { $0.deletionsMax = 2 }
        try endJobs(bench, count: 5)
        guard
            case .outbound(.endpoints(let found)) = try bench.query(
                .outbound(.endpoints(tenant: "acme")))
        else { throw StoreError(.misuse, "no endpoints") }
        for (index, endpoint) in found.enumerated() {
            try bench.run(.outbound(.remove(endpoint.id, tenant: "acme")))
            #expect(try Verification.run(folder: bench.folder).faults == [])
            for _ in 0..<4 { try bench.run() }
            #expect(try count(bench, "endpoints") == Int64(1 - index))
            #expect(try count(bench, "deliveries") == Int64(5 - 5 * index))
            #expect(try count(bench, "outbox") == Int64(5 - 5 * index))
        }
    }

    @Test func `ids that were given out never come again`() throws {
        let bench = try bench(endpoints: 1) { _ in }
        try endJobs(bench, count: 1)
        guard
            case .outbound(.endpoints(let found)) = try bench.query(
                .outbound(.endpoints(tenant: "acme")))
        else { throw StoreError(.misuse, "no endpoints") }
        try bench.run(.outbound(.remove(found[0].id, tenant: "acme")))
        for _ in 0..<2 { try bench.run() }
        bench.jump(milliseconds: -86_400_000)
        try bench.engine.recover(at: bench.now)
        let create = CreateEndpoint(
            tenant: "acme", url: "https://acme.example/", filter: .all,
            secret: Array(repeating: 1, count: 32))
        guard
            case .outbound(.created(let next, _)) = try bench.run(.outbound(.create(create)))[0]
        else { throw StoreError(.misuse, "no endpoint") }
        #expect(next.id > found[0].id)
        #expect(try Verification.run(folder: bench.folder).faults == [])
    }
}
