import Core
import Testing

@testable import Store

/// What tells that memory is not what the rows say has to see each part of it.
@Suite struct `The check of memory` {
    private static let minute: Int64 = 60_000

    /// A tenant with an override that ends, and another whose plan lets it start one job a minute,
    /// and which has started one.
    private func bench() throws -> (StoreBench, Engine) {
        let slow = plan("slow", rank: 1, limit: nil) {
            $0.rate = StartRate(starts: 1, perMilliseconds: 60_000, burst: 1)
        }
        let bench = try StoreBench(
            .sqlite, plans: [plan("free", rank: 0, limit: 10), slow],
            tenants: ["acme": "free", "slow": "slow"])
        try bench.override(.units(20), until: bench.now.wall.adding(Self.minute))
        try bench.submit(count: 3, for: "slow")
        let leased = try bench.pull(count: 9)
        #expect(leased.count == 1)
        try bench.complete(leased[0].token)
        let engine = try #require(bench.store as? Engine)
        #expect(try engine.memoryFault() == nil)
        return (bench, engine)
    }

    @Test func `finds nothing while a rate holds, opens and holds again`() throws {
        let (bench, engine) = try bench()
        for _ in 0..<8 {
            try bench.wait(milliseconds: Self.minute / 4)
            #expect(try engine.memoryFault() == nil)
            for leased in try bench.pull(count: 9) {
                #expect(try engine.memoryFault() == nil)
                try bench.complete(leased.token)
            }
            #expect(try engine.memoryFault() == nil)
        }
        #expect(try bench.usage("slow") == 3)
    }

    @Test func `sees a deadline of terms that memory waits for too long`() throws {
        let (bench, engine) = try bench()
        engine.earliestDeadline = bench.now.wall.adding(Self.minute + 1)
        #expect(try engine.memoryFault()?.contains("deadline") == true)
        engine.earliestDeadline = nil
        #expect(try engine.memoryFault()?.contains("deadline") == true)
        engine.earliestDeadline = bench.now.wall
        #expect(try engine.memoryFault() == nil, "to look too early does no harm")
    }

    @Test func `sees a plan that is counted for one who is not on it`() throws {
        let (_, engine) = try bench()
        let terms = engine.book.tenants[0].terms
        engine.book.setTerms(engine.book.tenants[1].terms, tenant: 0)
        engine.book.modifyTenant(0) { $0.terms = terms }
        #expect(try engine.memoryFault()?.contains("plan") == true)
    }

    @Test func `sees a move of tenants that the rows have not`() throws {
        let (_, engine) = try bench()
        engine.moves = [
            PlanMoveProgress(number: 1, move: PlanMove(plan: "free", from: 1, to: 1))
        ]
        #expect(try engine.memoryFault()?.contains("move") == true)
    }

    @Test func `sees a gate that is open and should be held by a rate`() throws {
        let (_, engine) = try bench()
        engine.book.setGate(tenant: 1, admitsCharged: true, freshBudget: .max, capacity: .max)
        #expect(try engine.memoryFault() != nil)
    }

    @Test func `sees a gate that nobody would open`() throws {
        let (_, engine) = try bench()
        engine.rateDeadlines = DeadlineHeap()
        #expect(try engine.memoryFault()?.contains("rate") == true)
    }
}
