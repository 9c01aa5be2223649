import Core
import Store
import Testing

@Suite struct RandomWalkTests {
    private func subject(
        _ kind: StoreKind, seed: UInt64, secretSeed: UInt64 = 1,
        catalog: PlanCatalog = WalkGenerator.catalog
    ) throws -> StoreUnderTest {
        try StoreUnderTest(
            kind, catalog: catalog, seed: seed, secretSeed: secretSeed,
            at: Moment(wall: StoreBench.noon, steadyMilliseconds: 1_000_000))
    }

    @Test(arguments: StoreKind.all, 1...16 as ClosedRange<UInt64>)
    func `a store answers as the model does, whatever is asked of it`(
        kind: StoreKind, seed: UInt64
    ) throws {
        var walk = try RandomWalk(
            subject(.model, seed: seed), subject(kind, seed: seed, secretSeed: 2), seed: seed)
        try walk.walk(steps: 120)
    }

    @Test func `the walks come past everything that can happen`() throws {
        var marks: Set<String> = []
        for seed in 1...16 as ClosedRange<UInt64> {
            var walk = try RandomWalk(
                subject(.model, seed: seed), subject(.model, seed: seed), seed: seed)
            try walk.walk(steps: 120)
            marks.formUnion(walk.marks)
        }
        let wanted: Set<String> = [
            "jump", "restart", "roll", "parked", "woken", "replay", "retry", "402",
            "extended", "cancel", "lost", "alreadyFinished", "leaseExpired", "leaseLost",
            "tenantUnknown", "tenantExists", "tenantSuspended", "tenantBusy", "planUnknown",
            "jobUnknown", "jobFinished", "keyUnknown", "idempotencyMismatch",
            "quota_exhausted", "tenant_paused", "tenant_suspended", "crash_loop",
        ]
        #expect(wanted.subtracting(marks) == [])
        #expect(Set(JobState.allCases.map(\.name)).subtracting(marks) == [])
    }

    @Test func `a walk tells stores apart that differ in a weight`() throws {
        let plans = WalkGenerator.catalog.plans.map { plan in
            Plan(
                id: plan.id, name: plan.name, rank: plan.rank, jobLimit: plan.jobLimit,
                weight: 1, heldMax: plan.heldMax, waitingMax: plan.waitingMax)
        }
        #expect(throws: RandomWalk.Divergence.self) {
            for seed in 1...16 as ClosedRange<UInt64> {
                var walk = try RandomWalk(
                    subject(.model, seed: seed),
                    subject(.model, seed: seed, catalog: PlanCatalog(plans)), seed: seed)
                try walk.walk(steps: 120)
            }
        }
    }
}
