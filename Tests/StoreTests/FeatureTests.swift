import Core
import Store
import Testing

@Suite struct `A feature that a kind needs` {
    private static let plans = [
        plan("free", rank: 0, limit: 50) { $0.featuresOfKinds = ["render": "gpu"] },
        plan("pro", rank: 1, limit: 90) {
            $0.featuresOfKinds = ["render": "gpu"]
            $0.features = ["gpu"]
        },
    ]

    private func bench(_ kind: StoreKind, on plan: String) throws -> StoreBench {
        try StoreBench(kind, plans: Self.plans, tenants: ["acme": plan])
    }

    @Test(arguments: StoreKind.all)
    func `is asked for at the submit`(kind: StoreKind) throws {
        let bench = try bench(kind, on: "free")
        let outcomes = try bench.enqueue([JobSpec(kind: "render"), JobSpec(kind: "work")])
        #expect(
            outcomes[0].refusal
                == .featureMissing(
                    feature: "gpu", kind: "render", plan: "free", upgradeTo: "pro"))
        #expect(outcomes[1].refusal == nil)
        #expect(try bench.tenant().waiting == 1)
    }

    @Test(arguments: StoreKind.all)
    func `holds its jobs when the plan is lost, retries too, and no others`(
        kind: StoreKind
    ) throws {
        let bench = try bench(kind, on: "pro")
        let jobs = try bench.submit(count: 2, "render")
        try bench.release(bench.pullOne().token)
        let other = try bench.submit()
        try bench.update(plan: "free")
        #expect(try bench.pull(count: 9).map(\.job.id) == [other.id])
        for job in jobs {
            let hold = try #require(try bench.job(job.id).hold)
            #expect(hold.reason == .featureNotInPlan)
            #expect(hold.feature == "gpu")
            #expect(hold.upgradeTo == "pro")
            #expect(try bench.blockers(job) == [hold])
        }
        try bench.restart()
        #expect(try bench.pull(count: 9).isEmpty)
        let ticket = try bench.park(Pull(jobsMax: 9, waits: true))
        try bench.update(plan: "pro")
        #expect(try bench.leased(ticket)?.map(\.job.id) == jobs.map(\.id))
    }

    @Test(arguments: StoreKind.all)
    func `is sought in greater plans only`(kind: StoreKind) throws {
        func plans(_ ids: [(id: String, hasFeature: Bool)]) -> [PlanDraft] {
            ids.enumerated().map { rank, named in
                plan(named.id, rank: rank, limit: 50) {
                    $0.featuresOfKinds = ["render": "gpu"]
                    $0.features = named.hasFeature ? ["gpu"] : []
                }
            }
        }
        for greatest in [true, false] {
            let bench = try StoreBench(
                kind, plans: plans([("free", true), ("pro", false), ("most", greatest)]),
                tenants: ["acme": "free"])
            let expected = greatest ? "most" : nil
            let job = try bench.submit("render")
            try bench.update(plan: "pro")
            #expect(try bench.job(job.id).hold?.reason == .featureNotInPlan)
            #expect(try bench.job(job.id).hold?.upgradeTo == expected)
            let idempotency = Idempotency(
                scope: "acme", key: "k", fingerprint: Array(repeating: 1, count: 32))
            for _ in 0..<2 {
                // The second is a replay.
                #expect(
                    try bench.enqueue(
                        [JobSpec(kind: "render"), JobSpec(kind: "work")], idempotency
                    )
                    .first?.refusal
                        == .featureMissing(
                            feature: "gpu", kind: "render", plan: "pro", upgradeTo: expected))
            }
            guard
                case .limitCheck(let check) =
                    try bench.tell(.checkFeature(tenant: "acme", "gpu"))
            else { throw Unexpected("no answer to a check") }
            #expect(check.hold?.upgradeTo == expected)
        }
    }

    @Test(arguments: StoreKind.all)
    func `can be asked about without a job`(kind: StoreKind) throws {
        let bench = try bench(kind, on: "free")
        func check() throws -> Hold? {
            guard case .limitCheck(let check) = try bench.tell(.checkFeature(tenant: "acme", "gpu"))
            else { throw Unexpected("no answer to a check") }
            return check.hold
        }
        #expect(try check()?.reason == .featureNotInPlan)
        #expect(try check()?.upgradeTo == "pro")
        try bench.update(plan: "pro")
        #expect(try check() == nil)
        try bench.update(plan: "free")
        try bench.enforce(.observe)
        #expect(try check() == nil)
        #expect(try bench.enqueue([JobSpec(kind: "render")])[0].refusal == nil)
        #expect(try bench.pull(count: 1).count == 1)
    }
}
