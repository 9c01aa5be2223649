import Core
import Plans
import Store
import StoreSQLite
import Testing

@Suite struct `Whose turn it is` {
    /// Unlimited plans that differ in weight.
    private static let weighted = [("free", 1), ("two", 2), ("four", 4)].enumerated().map {
        rank, plan in
        PlanDraft(
            id: plan.0,
            terms: PlanTerms(
                name: plan.0, rank: rank, jobLimit: .unlimited, weight: Int64(plan.1)))
    }

    @Test func `twenty lanes share by weight under constant load`() throws {
        let bench = try FileBench(plans: Self.weighted)
        let plans = ["free", "two", "four"]
        for index in 0..<20 {
            try bench.run(
                .createTenant(CreateTenant(id: "t\(index)", plan: plans[index % 3])))
            _ = try bench.submit("t\(index)", count: 400)
        }
        var served: [String: Int] = [:]
        for _ in 0..<20 {
            for job in try bench.pull(max: 100) { served[job.job.tenant, default: 0] += 1 }
        }
        let weights = (0..<20).map { [1, 2, 4][$0 % 3] }
        for index in 0..<20 {
            let fair = 2_000.0 * Double(weights[index]) / Double(weights.reduce(0, +))
            let share = Double(served["t\(index)"] ?? 0)
            #expect(abs(share - fair) <= max(1, fair * 0.05), "t\(index): \(share) of \(fair)")
        }
    }

    @Test func `a tenant with many jobs delays another's single job by one turn`() throws {
        let bench = try FileBench(plans: Self.weighted)
        try bench.run(
            .createTenant(CreateTenant(id: "crowd")), .createTenant(CreateTenant(id: "single")))
        for _ in 0..<20 { _ = try bench.submit("crowd", count: 1_000) }
        _ = try bench.pull(max: 500)
        _ = try bench.submit("single", count: 1)
        let next = try bench.pull(max: 2)
        #expect(next.contains { $0.job.tenant == "single" })
    }

    @Test func `a pull of one kind is served at once though another kind has a long line`() throws {
        let bench = try FileBench(plans: Self.weighted)
        for tenant in 0..<5 {
            try bench.run(.createTenant(CreateTenant(id: "t\(tenant)")))
            for _ in 0..<4 { _ = try bench.submit("t\(tenant)", count: 1_000, kind: "b") }
        }
        _ = try bench.submit("t3", count: 1, kind: "a")
        guard case .leased(let jobs) = try bench.run(.pull(Pull(kinds: ["a"], jobsMax: 5)))[0]
        else {
            Issue.record("no leases")
            return
        }
        #expect(jobs.map(\.job.kind) == ["a"])
    }

    @Test func `priority orders a line and waiting wins in the end`() throws {
        let bench = try FileBench(plans: Self.weighted)
        try bench.run(.createTenant(CreateTenant(id: "acme")))
        func submit(_ priority: Int) throws -> JobID {
            var spec = JobSpec(kind: "work")
            spec.priority = priority
            guard
                case .enqueued(let outcomes, _) = try bench.run(
                    .enqueue(Enqueue(tenant: "acme", jobs: [spec])))[0],
                case .job(let view) = outcomes[0]
            else { throw StoreError(.misuse, "the job was not taken") }
            return view.id
        }
        let idle = try submit(9)
        let urgent = try submit(0)
        let first = try bench.pull(max: 1)
        #expect(first.first?.job.id == urgent)
        try bench.run(.complete([Completion(token: first[0].token)]))
        bench.advance(milliseconds: 9 * 60_000 + 1)
        _ = try submit(0)
        #expect(try bench.pull(max: 1).first?.job.id == idle)
    }
}
