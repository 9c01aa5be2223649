import Core
import Store
import Testing

@Suite struct TenantTests {
    @Test(arguments: StoreKind.all)
    func `a new tenant is active and has used nothing`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: [:])
        let create = CreateTenant(id: "acme", name: "Acme", email: "a@b.c", plan: "pro")
        let reply = try bench.tell(.createTenant(create))
        #expect(try !reply.isReplay)
        let tenant = try reply.tenant
        #expect(tenant.id == "acme")
        #expect(tenant.name == "Acme")
        #expect(tenant.email == "a@b.c")
        var facts = TenantFacts(basePlan: PlanVersion(id: "pro", version: 1))
        facts.anchorDay = 16
        #expect(tenant.facts == facts)
        #expect(tenant.effectivePlan.id == "pro")
        #expect(tenant.createdAt == StoreBench.noon)
        #expect(tenant.waiting == 0)
        #expect(tenant.running == 0)
        #expect(try bench.tenant() == tenant)
    }

    @Test(arguments: StoreKind.all)
    func `an id is given once`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let again = Command.createTenant(CreateTenant(id: "acme", plan: "pro"))
        #expect(try bench.tell(again).refusal == .tenantExists("acme"))
        #expect(try bench.tenant().effectivePlan.id == "enterprise")
    }

    @Test(arguments: StoreKind.all)
    func `the id of a deleted tenant is never used again`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        try bench.apply(.deleteTenant(tenant: "acme", force: false))
        try bench.restart()
        let again = Command.createTenant(CreateTenant(id: "acme"))
        #expect(try bench.tell(again).refusal == .tenantExists("acme"))
    }

    @Test(arguments: StoreKind.all)
    func `an unknown plan is refused with those that are known`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let refusal = Refusal.planUnknown("gold", known: "free, pro, enterprise")
        let create = Command.createTenant(CreateTenant(id: "beta", plan: "gold"))
        #expect(try bench.tell(create).refusal == refusal)
        #expect(try bench.tell(.readTenant("beta")).refusal == .tenantUnknown("beta"))
        var update = UpdateTenant(id: "acme")
        update.plan = "gold"
        update.name = .set("Changed")
        #expect(try bench.tell(.updateTenant(update)).refusal == refusal)
        #expect(try bench.tenant().name == nil)
    }

    @Test(arguments: StoreKind.all)
    func `a change leaves alone what it does not name`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: [:])
        let create = CreateTenant(id: "acme", name: "Acme", email: "a@b.c", plan: "pro")
        try bench.apply(.createTenant(create))
        var update = UpdateTenant(id: "acme")
        update.name = .set(nil)
        let tenant = try bench.tell(.updateTenant(update)).tenant
        #expect(tenant.name == nil)
        #expect(tenant.email == "a@b.c")
        #expect(tenant.effectivePlan.id == "pro")
        update = UpdateTenant(id: "acme")
        update.email = .set("d@e.f")
        update.plan = "free"
        try bench.apply(.updateTenant(update))
        try bench.restart()
        #expect(try bench.tenant().email == "d@e.f")
        #expect(try bench.tenant().effectivePlan.id == "free")
    }

    @Test(arguments: StoreKind.all)
    func `pause, suspend and resume are the operator's word`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        for (manual, status) in [
            (ManualStatus.paused, TenantStatus.paused), (.suspended, .suspended),
            (.none, .active),
        ] {
            let view = try bench.tell(.setManual(tenant: "acme", manual)).tenant
            #expect(view.facts.manual == manual)
            #expect(view.facts.status == status)
        }
    }

    @Test(arguments: StoreKind.all)
    func `every command that names nobody is refused`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["gone": "pro"])
        try bench.apply(.deleteTenant(tenant: "gone", force: false))
        for id in ["ghost", "gone"] {
            let unknown = Refusal.tenantUnknown(id)
            let grant = KeyGrant(scope: .tenant, tenant: id)
            let commands: [Command] = [
                .updateTenant(UpdateTenant(id: id)), .setManual(tenant: id, .none),
                .deleteTenant(tenant: id, force: true),
                .createKey(CreateKey(grant: grant, hash: keyHash(1))),
                .enqueue(Enqueue(tenant: id, jobs: [JobSpec(kind: "work")])),
            ]
            for command in commands {
                #expect(try bench.tell(command).refusal == unknown)
            }
        }
        #expect(try bench.tell(.readTenant("ghost")).refusal == .tenantUnknown("ghost"))
    }

    // MARK: Deletion

    @Test(arguments: StoreKind.all)
    func `a deleted tenant can still be read`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        #expect(try bench.tell(.deleteTenant(tenant: "acme", force: false)).refusal == nil)
        #expect(try bench.tenant().facts.status == .deleted)
        try bench.restart()
        #expect(try bench.tenant().facts.status == .deleted)
    }

    @Test(arguments: StoreKind.all)
    func `a tenant with running jobs is deleted by force only`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        try bench.submit(count: 3)
        let leased = try bench.pull(count: 2)
        let gentle = Command.deleteTenant(tenant: "acme", force: false)
        #expect(try bench.tell(gentle).refusal == .tenantBusy("acme", running: 2))
        #expect(try bench.tenant().facts.status == .active)
        #expect(try bench.tell(.deleteTenant(tenant: "acme", force: true)).refusal == nil)
        let until = bench.now.wall.adding(30_000)
        #expect(try bench.heartbeat(leased[0].token) == .cancel(until: until))
        #expect(try bench.complete(leased[0].token) == .succeeded)
        #expect(try bench.fail(leased[1].token) == .canceled)
    }

    @Test(arguments: StoreKind.all)
    func `the waiting jobs of a deleted tenant are canceled, however many`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "enterprise", "beta": "enterprise"])
        var jobs = try bench.submit(count: 450)
        jobs += try bench.submit(count: 50) { $0.start = .after(milliseconds: 60_000) }
        let other = try bench.submit(for: "beta")
        try bench.apply(.deleteTenant(tenant: "acme", force: false))
        try bench.drain()
        #expect(try Set(bench.states(jobs)) == [.canceled])
        #expect(Set(bench.endedJobs) == Set(jobs.map(\.id)))
        #expect(bench.endedJobs.count == 500)
        #expect(try bench.tenant().waiting == 0)
        #expect(try bench.job(other.id).state == .ready)
    }

    @Test(arguments: StoreKind.all)
    func `the retries of a deleted tenant are canceled too`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let jobs = try bench.submit(count: 2)
        let leased = try bench.pull(count: 2)
        try bench.fail(leased[0].token, .after(milliseconds: 90_000))
        try bench.release(leased[1].token)
        try bench.apply(.deleteTenant(tenant: "acme", force: false))
        try bench.drain()
        #expect(try bench.states(jobs) == [.canceled, .canceled])
        #expect(try bench.usage() == 2)
    }

    @Test(arguments: StoreKind.all)
    func `nothing of a deleted tenant starts, not even while its jobs are called off`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind)
        try bench.submit(count: 500)
        let pull = bench.envelope(.pull(Pull(jobsMax: 10)))
        try bench.apply([bench.envelope(.deleteTenant(tenant: "acme", force: false)), pull])
        #expect(try bench.leased(pull)?.count == 0)
        try bench.restart()
        try bench.drain()
        #expect(try bench.pull(count: 10).isEmpty)
        #expect(try bench.tenant().waiting == 0)
    }

    // MARK: Standing

    @Test(arguments: StoreKind.all)
    func `commands that name a tenant tell its standing`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let jobs = try bench.submit(count: 4)
        try bench.pull(count: 3)
        let month = Period(containing: StoreBench.noon)
        let standing = QuotaView(
            plan: "free", limit: .units(10), used: 3, resetsAt: month.end)
        let enqueue = Enqueue(tenant: "acme", jobs: [JobSpec(kind: "work")])
        #expect(try bench.quota(after: .readTenant("acme")) == standing)
        #expect(try bench.quota(after: .enqueue(enqueue)) == standing)
        #expect(try bench.quota(after: .cancelJob(jobs[3].id, tenant: "acme")) == standing)
        #expect(try bench.quota(after: .setManual(tenant: "acme", .none)) == standing)
        #expect(try bench.quota(after: .cancelJob(jobs[3].id, tenant: nil)) == nil)
        #expect(try bench.quota(after: .pull(Pull())) == nil)
        let standings = QuotaView(
            plan: "pro", limit: .units(100), used: 4, resetsAt: month.end)
        var update = UpdateTenant(id: "acme")
        update.plan = "pro"
        #expect(try bench.quota(after: .updateTenant(update)) == standings)
        let create = CreateTenant(id: "beta", plan: "enterprise")
        #expect(
            try bench.quota(after: .createTenant(create))
                == QuotaView(
                    plan: "enterprise", limit: .unlimited, used: 0, resetsAt: month.end))
    }

    @Test(arguments: StoreKind.all)
    func `waiting and running follow a job through its life`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        func figures() throws -> [Int64] {
            let tenant = try bench.tenant()
            return [tenant.waiting, Int64(tenant.running)]
        }
        let job = try bench.submit { $0.start = .after(milliseconds: 1_000) }
        #expect(try figures() == [1, 0])
        try bench.wait(milliseconds: 1_000)
        #expect(try figures() == [1, 0])
        let leased = try bench.pullOne()
        #expect(try figures() == [0, 1])
        try bench.release(leased.token)
        #expect(try figures() == [0, 0])
        try bench.complete(bench.pullOne().token)
        #expect(try figures() == [0, 0])
        #expect(try bench.job(job.id).state == .succeeded)
    }
}
