import Core
import Plans
import Store
import Testing

@Suite struct SubmitTests {
    @Test(arguments: StoreKind.all)
    func `a submitted job is ready and shows every field`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit("email") {
            $0.queue = "mail"
            $0.payload = [UInt8](#"{"to":"a"}"#.utf8)
            $0.priority = 3
            $0.attemptsMax = 7
            $0.timeoutMilliseconds = 1_234
            $0.expiresInMilliseconds = 60_000
            $0.tags = ["red", "blue"]
        }
        #expect(job.state == .ready)
        #expect(job.hold == nil)
        #expect(job.tenant == "acme")
        #expect(job.kind == "email")
        #expect(job.queue == "mail")
        #expect(job.payload.text == #"{"to":"a"}"#)
        #expect(job.priority == 3)
        #expect(job.attempt == 0)
        #expect(job.attemptsMax == 7)
        #expect(job.crashCount == 0)
        #expect(job.timeoutMilliseconds == 1_234)
        #expect(job.createdAt == StoreBench.noon)
        #expect(job.runAt == StoreBench.noon)
        #expect(job.expiresAt == StoreBench.noon.adding(60_000))
        #expect(job.startedAt == nil)
        #expect(job.finishedAt == nil)
        #expect(job.result == nil)
        #expect(job.error == nil)
        #expect(job.tags == ["red", "blue"])
        #expect(job.cost == 1)
        #expect(job.chargedPeriod == nil)
        #expect(try bench.job(job.id) == job)
    }

    @Test(arguments: StoreKind.all)
    func `ids strictly increase, within a batch and when the clock goes back`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind)
        var ids = try bench.submit(count: 3).map(\.id)
        bench.jump(milliseconds: -30_000)
        ids += try bench.submit(count: 3).map(\.id)
        try bench.restart()
        ids += try bench.submit(count: 3).map(\.id)
        #expect(ids == Set(ids).sorted())
    }

    @Test(arguments: StoreKind.all)
    func `a submit for nobody is refused`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let command = Command.enqueue(Enqueue(tenant: "ghost", jobs: [JobSpec(kind: "work")]))
        #expect(try bench.tell(command).refusal == .tenantUnknown("ghost"))
    }

    @Test(arguments: StoreKind.all)
    func `a submit for a deleted tenant is refused`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        try bench.apply(.deleteTenant(tenant: "acme", force: false))
        let command = Command.enqueue(Enqueue(tenant: "acme", jobs: [JobSpec(kind: "work")]))
        #expect(try bench.tell(command).refusal == .tenantUnknown("acme"))
    }

    @Test(arguments: StoreKind.all)
    func `a suspended tenant may not submit`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        try bench.apply(.setManual(tenant: "acme", .suspended))
        let command = Command.enqueue(Enqueue(tenant: "acme", jobs: [JobSpec(kind: "work")]))
        #expect(
            try bench.tell(command).refusal
                == .tenantSuspended("acme", [Hold(reason: .tenantSuspended, cause: .manual)]))
        #expect(try bench.tenant().waiting == 0)
    }

    @Test(arguments: StoreKind.all)
    func `a paused tenant may submit and its job says why it waits`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        try bench.apply(.setManual(tenant: "acme", .paused))
        let job = try bench.submit()
        #expect(job.state == .ready)
        #expect(job.hold == Hold(reason: .tenantPaused, cause: .manual))
    }

    @Test(arguments: StoreKind.all)
    func `the 65th queue of a tenant is refused and named`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "enterprise", "beta": "enterprise"])
        for number in 1...64 { _ = try bench.submit { $0.queue = "q\(number)" } }
        var spec = JobSpec(kind: "work")
        spec.queue = "q65"
        let refusal = try bench.enqueue([spec])[0].refusal
        #expect(refusal == .tooManyQueues("q65", max: 64))
        _ = try bench.submit { $0.queue = "q64" }
        _ = try bench.submit(for: "beta") { $0.queue = "q65" }
    }

    @Test(arguments: StoreKind.all)
    func `the 65th kind of a tenant is refused, whatever the queue`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        for number in 1...64 {
            _ = try bench.submit("k\(number)") { $0.queue = number % 2 == 0 ? "even" : "odd" }
        }
        #expect(
            try bench.enqueue([JobSpec(kind: "k65")])[0].refusal
                == .tooManyKinds("k65", max: 64))
        var again = JobSpec(kind: "k1")
        again.queue = "even"
        #expect(try bench.enqueue([again])[0].refusal == nil)
    }

    @Test(arguments: StoreKind.all)
    func `queues count even when their jobs are long gone`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        for number in 1...64 {
            let job = try bench.submit { $0.queue = "q\(number)" }
            try bench.apply(.cancelJob(job.id, tenant: nil))
        }
        try bench.restart()
        var spec = JobSpec(kind: "work")
        spec.queue = "q65"
        #expect(try bench.enqueue([spec])[0].refusal == .tooManyQueues("q65", max: 64))
    }

    @Test(arguments: StoreKind.all)
    func `a bad job of a batch does not hinder the others`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        for number in 1...63 { _ = try bench.submit("k\(number)") }
        let outcomes = try bench.enqueue(["k64", "k65", "k1"].map(JobSpec.init))
        #expect(outcomes.map(\.refusal) == [nil, .tooManyKinds("k65", max: 64), nil])
    }

    // MARK: What may wait

    /// `free` allows 2 a month and 3 held beyond it.
    private static let tiny: [PlanDraft] = [
        PlanDraft(
            id: "free",
            terms: PlanTerms(
                name: "Free", rank: 0, jobLimit: .units(2), weight: 1, heldMax: 3,
                waitingMax: 1_000)),
        PlanDraft(
            id: "pro",
            terms: PlanTerms(
                name: "Pro", rank: 1, jobLimit: .units(9), weight: 2, heldMax: 3,
                waitingMax: 6)),
        PlanDraft(
            id: "vast",
            terms: PlanTerms(
                name: "Vast", rank: 2, jobLimit: .unlimited, weight: 4, heldMax: nil,
                waitingMax: 4)),
    ]

    @Test(arguments: StoreKind.all)
    func `what is left and the held jobs beyond it may wait, and not one more`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, plans: Self.tiny, tenants: ["acme": "free"])
        let outcomes = try bench.enqueue(Array(repeating: JobSpec(kind: "work"), count: 6))
        #expect(outcomes.map { $0.refusal == nil } == [true, true, true, true, true, false])
        let refusal = try #require(outcomes[5].refusal?.quota)
        #expect(refusal.plan == "free")
        #expect(refusal.used == 0)
        #expect(refusal.limit == 2)
        #expect(refusal.waiting == 5)
        #expect(refusal.waitingMax == 5)
        #expect(refusal.period == Period(containing: StoreBench.noon))
        #expect(refusal.upgradeTo == "pro")
        #expect(try bench.tenant().waiting == 5)
    }

    @Test(arguments: StoreKind.all)
    func `started jobs leave the waiting and use up what is left`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, plans: Self.tiny, tenants: ["acme": "free"])
        try bench.submit(count: 5)
        try bench.pull(count: 2)
        #expect(try bench.tenant().waiting == 3)
        let refusal = try bench.enqueue([JobSpec(kind: "work")])[0].refusal?.quota
        #expect(refusal?.waiting == 3)
        #expect(refusal?.waitingMax == 3)
        #expect(refusal?.used == 2)
    }

    @Test(arguments: StoreKind.all)
    func `a canceled job makes room for another`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, plans: Self.tiny, tenants: ["acme": "free"])
        let jobs = try bench.submit(count: 5)
        try bench.apply(.cancelJob(jobs[2].id, tenant: "acme"))
        #expect(try bench.enqueue([JobSpec(kind: "work")])[0].refusal == nil)
        #expect(try bench.enqueue([JobSpec(kind: "work")])[0].refusal?.quota != nil)
    }

    @Test(arguments: StoreKind.all)
    func `scheduled jobs wait too`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, plans: Self.tiny, tenants: ["acme": "free"])
        try bench.submit(count: 5) { $0.start = .after(milliseconds: 1_000) }
        #expect(try bench.tenant().waiting == 5)
        #expect(try bench.enqueue([JobSpec(kind: "work")])[0].refusal?.quota != nil)
        try bench.wait(milliseconds: 1_000)
        #expect(try bench.tenant().waiting == 5)
    }

    @Test(arguments: StoreKind.all)
    func `retries do not wait against the quota`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, plans: Self.tiny, tenants: ["acme": "free"])
        try bench.submit(count: 2)
        for leased in try bench.pull(count: 2) {
            try bench.fail(leased.token, .after(milliseconds: 5_000))
        }
        #expect(try bench.tenant().waiting == 0)
        try bench.submit(count: 3)
        #expect(try bench.enqueue([JobSpec(kind: "work")])[0].refusal?.quota != nil)
    }

    @Test(arguments: StoreKind.all)
    func `an unlimited plan is bounded by its waiting jobs alone`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, plans: Self.tiny, tenants: ["acme": "vast"])
        try bench.submit(count: 4)
        let refusal = try bench.enqueue([JobSpec(kind: "work")])[0].refusal?.quota
        #expect(refusal?.limit == nil)
        #expect(refusal?.waitingMax == 4)
        #expect(refusal?.upgradeTo == nil)
        try bench.pull(count: 1)
        #expect(try bench.enqueue([JobSpec(kind: "work")])[0].refusal == nil)
    }

    @Test(arguments: StoreKind.all)
    func `a limited plan is bounded by its waiting jobs as well`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, plans: Self.tiny, tenants: ["acme": "pro"])
        try bench.submit(count: 6)
        #expect(try bench.enqueue([JobSpec(kind: "work")])[0].refusal?.quota?.waitingMax == 6)
    }
}
