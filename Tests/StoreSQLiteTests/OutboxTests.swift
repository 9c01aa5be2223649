import Core
import Store
import Testing

@testable import StoreSQLite

@Suite struct `Events of quotas` {
    @Test func `are written once a threshold, with their numbers`() throws {
        let bench = try FileBench()
        try bench.run(.createTenant(CreateTenant(id: "acme")))
        let endpoint = CreateEndpoint(
            tenant: "acme", url: "https://acme.example/", filter: .all,
            secret: Array(repeating: 1, count: 32))
        try bench.run(.outbound(.create(endpoint)))
        for (kind, cost) in [("a", Int64(8)), ("b", 2)] {
            var spec = JobSpec(kind: kind)
            spec.cost = cost
            try bench.run(.enqueue(Enqueue(tenant: "acme", jobs: [spec])))
            _ = try bench.pull(max: 9)
        }
        try bench.engine.recover(at: bench.now)
        try bench.run()
        let rows = try Database(path: bench.files.databasePath, role: .reader)
            .prepare("SELECT type, data, at FROM outbox ORDER BY id")
            .all { ($0.text(0), String(decoding: $0.bytes(1), as: UTF8.self), $0.int(2)) }
        #expect(rows.map(\.0) == ["quota.warning", "quota.warning", "quota.exceeded"])
        #expect(rows.allSatisfy { $0.2 == bench.now.wall.milliseconds })
        let numbers = [(80, 8), (95, 10), (100, 10)]
        let expected = numbers.map { threshold, used in
            #"{"tenant":"acme","metric":"jobs","threshold":\#(threshold),"used":\#(used),"#
                + #""limit":10,"period":"2026-11","plan":"free"}"#
        }
        #expect(rows.map(\.1) == expected)
    }
}
