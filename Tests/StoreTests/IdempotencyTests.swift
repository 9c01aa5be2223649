import Core
import Store
import Testing

@Suite struct IdempotencyTests {
    private let once = Idempotency(scope: "acme", key: "once", fingerprint: [1])
    private let other = Idempotency(scope: "acme", key: "once", fingerprint: [2])
    private let one = Command.enqueue(Enqueue(tenant: "acme", jobs: [JobSpec(kind: "work")]))

    @Test(arguments: StoreKind.all)
    func `a repeated submit makes no second job`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let first = try bench.tell(one, once)
        #expect(try !first.isReplay)
        try bench.restart()
        let second = try bench.tell(one, once)
        #expect(try second.isReplay)
        #expect(try second.outcomes.map(\.replayed) == [try first.jobs[0].id])
        #expect(try bench.tenant().waiting == 1)
    }

    @Test(arguments: StoreKind.all)
    func `a duplicate in the same batch gets the first's job`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let replies = try bench.apply([bench.envelope(one, once), bench.envelope(one, once)])
        let job = try #require(try replies[0]?.jobs[0])
        #expect(try replies[1]?.outcomes.map(\.replayed) == [job.id])
        #expect(try bench.list(JobFilter()).count == 1)
    }

    @Test(arguments: StoreKind.all)
    func `the same key with another request is a mistake`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        try bench.apply([bench.envelope(one, once)])
        let reply = try bench.tell(one, other)
        #expect(reply.refusal == .idempotencyMismatch(key: "once"))
        #expect(try bench.tenant().waiting == 1)
    }

    @Test(arguments: StoreKind.all)
    func `the same key in another scope is another key`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "pro", "beta": "pro"])
        try bench.apply([bench.envelope(one, once)])
        let beta = Idempotency(scope: "beta", key: "once", fingerprint: [1])
        let theirs = Command.enqueue(Enqueue(tenant: "beta", jobs: [JobSpec(kind: "work")]))
        #expect(try !bench.tell(theirs, beta).isReplay)
    }

    @Test(arguments: StoreKind.all)
    func `a replay gives refusals again beside jobs`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.submit(count: 109)
        let two = Command.enqueue(
            Enqueue(tenant: "acme", jobs: Array(repeating: JobSpec(kind: "work"), count: 2)))
        let first = try bench.tell(two, once).outcomes
        #expect(first[1].refusal?.quota != nil)
        let again = try bench.tell(two, once).outcomes
        #expect(again.count == 2)
        #expect(again[0].replayed == (try first[0].job.id))
        #expect(again[1].refusal?.quota != nil)
        #expect(try bench.tenant().waiting == 110)
    }

    @Test(arguments: StoreKind.all)
    func `a request that took in nothing is not remembered`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.submit(count: 110)
        #expect(try bench.tell(one, once).outcomes[0].refusal?.quota != nil)
        try bench.pull(count: 5)
        var update = UpdateTenant(id: "acme")
        update.plan = "pro"
        try bench.apply(.updateTenant(update))
        let second = try bench.tell(one, once)
        #expect(try !second.isReplay)
        #expect(try second.jobs.count == 1)
    }

    @Test(arguments: StoreKind.all)
    func `a refused command is not remembered`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        try bench.apply(.setManual(tenant: "acme", .suspended))
        #expect(
            try bench.tell(one, once).refusal
                == .tenantSuspended("acme", [Hold(reason: .tenantSuspended, cause: .manual)]))
        try bench.apply(.setManual(tenant: "acme", .none))
        #expect(try !bench.tell(one, once).isReplay)
    }

    @Test(arguments: StoreKind.all)
    func `a replay comes before every other check`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.tell(one, once).jobs[0]
        try bench.apply(.setManual(tenant: "acme", .suspended))
        #expect(try bench.tell(one, once).outcomes.map(\.replayed) == [job.id])
        #expect(try bench.tell(one, other).refusal == .idempotencyMismatch(key: "once"))
    }

    @Test(arguments: StoreKind.all)
    func `a repeated tenant is shown as it is now`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let create = Command.createTenant(CreateTenant(id: "beta", plan: "pro"))
        #expect(try !bench.tell(create, once).isReplay)
        try bench.apply(.setManual(tenant: "beta", .paused))
        let again = try bench.tell(create, once)
        #expect(try again.isReplay)
        #expect(try again.tenant.facts.manual == .paused)
        #expect(try bench.tell(create, other).refusal == .idempotencyMismatch(key: "once"))
        #expect(try bench.tell(create).refusal == .tenantExists("beta"))
    }

    @Test(arguments: StoreKind.all)
    func `a repeated key is made once`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let create = Command.createKey(CreateKey(grant: KeyGrant(scope: .admin), hash: keyHash(1)))
        let id = try bench.tell(create, once).key
        let again = try bench.tell(create, once)
        #expect(try again.isReplay)
        #expect(try again.key == id)
        #expect(bench.directoryChanges.count == 1)
        #expect(try bench.tell(create, other).refusal == .idempotencyMismatch(key: "once"))
    }

    @Test(arguments: StoreKind.all)
    func `keys are remembered for a day and forgotten after some more`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        try bench.apply([bench.envelope(one, once)])
        try bench.wait(milliseconds: 25 * 3_600_000)
        #expect(try bench.tell(one, once).isReplay)
        try bench.wait(milliseconds: 48 * 3_600_000)
        #expect(try !bench.tell(one, once).isReplay)
    }
}
