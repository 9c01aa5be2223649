import Core
import Store
import Testing

@Suite struct Endpoints {
    private let refused = OutboundRefusal.endpointUnknown("whe_0000000000007")

    @Test(arguments: StoreKind.all)
    func `are their tenant's, in the order in which they were made`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "pro", "beta": "pro"])
        let first = try bench.endpoint([.jobDead])
        let second = try bench.endpoint()
        try bench.endpoint(for: "beta")
        #expect(try bench.endpoints() == [first, second])
        #expect(first.filter.names == ["job.dead"])
        #expect(second.filter.names == nil)
        #expect(first.isOn && first.offReason == nil && first.failingSince == nil)
        try bench.restart()
        #expect(try bench.endpoints() == [first, second])
        let foreign = try bench.tell(.outbound(.remove(first.id, tenant: "beta")))
        #expect(foreign == .refused(.outbound(.endpointUnknown("\(first.id)"))))
        #expect(
            try bench.query(.outbound(.endpoint(first.id, tenant: "beta"))).rows
                == .outbound(.endpointUnknown(first.id)))
    }

    @Test(arguments: StoreKind.all)
    func `are sixteen at most, and one that is gone makes room`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let all = try (0..<16).map { _ in try bench.endpoint() }
        let create = CreateEndpoint(
            tenant: "acme", url: "https://a.b/", filter: .all,
            secret: Array(repeating: 1, count: 32))
        #expect(
            try bench.tell(.outbound(.create(create)))
                == .refused(.outbound(.tooManyEndpoints("acme", max: 16))))
        #expect(try bench.tell(.outbound(.remove(all[3].id, tenant: "acme"))) == .done)
        let next = try bench.endpoint()
        #expect(all.allSatisfy { $0.id < next.id })
        #expect(try bench.endpoints().count == 16)
    }

    @Test(arguments: StoreKind.all)
    func `are made once for an idempotency key`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let create = OutboundCommand.create(
            CreateEndpoint(
                tenant: "acme", url: "https://a.b/", filter: .all,
                secret: Array(repeating: 1, count: 32)))
        let key = Idempotency(scope: "acme", key: "k", fingerprint: [1])
        guard case .outbound(.created(let view, false)) = try bench.tell(.outbound(create), key)
        else { throw Unexpected("no endpoint") }
        #expect(
            try bench.tell(.outbound(create), key) == .outbound(.created(view, isReplay: true)))
        #expect(try bench.endpoints() == [view])
        _ = try bench.tell(.outbound(.remove(view.id, tenant: "acme")))
        #expect(
            try bench.tell(.outbound(create), key)
                == .refused(.outbound(.endpointUnknown("\(view.id)"))))
    }

    @Test(arguments: StoreKind.all)
    func `sign with two secrets for a while after a rotation`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let endpoint = try bench.endpoint(secret: 1)
        let two = [UInt8](repeating: 2, count: 32)
        let rotate = RotateEndpoint(
            id: endpoint.id, tenant: "acme", secret: two, overlapMilliseconds: 60_000)
        guard case .outbound(.endpoint(let view)) = try bench.tell(.outbound(.rotate(rotate)))
        else { throw Unexpected("no endpoint") }
        #expect(view.oldSecretEndsAt == bench.now.wall.adding(60_000))
        try bench.endJob()
        let both = try bench.takeCall()
        #expect(both.secrets == [two, Array(repeating: 1, count: 32)])
        try bench.end(both, status: 200)
        bench.advance(milliseconds: 60_000)
        try bench.endJob()
        #expect(try bench.takeCall().secrets == [two])
    }

    @Test(arguments: StoreKind.all)
    func `go with their tenant`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let endpoint = try bench.endpoint()
        try bench.endJob()
        let call = try bench.takeCall()
        try bench.apply(.deleteTenant(tenant: "acme", force: true))
        try bench.end(call, status: 500)
        bench.advance(milliseconds: 400 * 86_400_000)
        try bench.drain()
        #expect(bench.takeCalls() == [])
        #expect(
            try bench.tell(.outbound(.remove(endpoint.id, tenant: "acme")))
                == .refused(.outbound(.endpointUnknown("\(endpoint.id)"))))
    }

    @Test(arguments: StoreKind.all)
    func `are told that their tenant's status is another`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        try bench.endpoint([.tenantStatusChanged])
        for status in [ManualStatus.paused, .paused, .suspended, .none] {
            try bench.apply(.setManual(tenant: "acme", status))
        }
        let data = bench.takeCalls().map { String(decoding: $0.event.data, as: UTF8.self) }
        #expect(
            data == [
                #"{"tenant":"acme","before":"active","after":"paused"}"#,
                #"{"tenant":"acme","before":"paused","after":"suspended"}"#,
                #"{"tenant":"acme","before":"suspended","after":"active"}"#,
            ])
    }

    @Test(arguments: StoreKind.all)
    func `are told of thresholds, once each`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.endpoint([.quotaWarning, .quotaExceeded])
        try bench.submit(count: 1) { $0.cost = 10 }
        try bench.pull(count: 1)
        let calls = bench.takeCalls()
        #expect(calls.map(\.event.type) == ["quota.warning", "quota.warning", "quota.exceeded"])
        #expect(Set(calls.map(\.event.id)).count == 3)
    }
}
