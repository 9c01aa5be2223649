import Core
import Plans
import Store
import Testing

@testable import StoreSQLite

/// What is told of usage outside jobs is not kept for ever.
@Suite struct `Usage that was told long ago` {
    private static let day: Int64 = 86_400_000
    private static let seats = Metric(name: "seats")

    private func bench(limits: BatchLimits = BatchLimits()) throws -> FileBench {
        var terms = PlanTerms(name: "free", rank: 0, jobLimit: .units(4), heldMax: 10)
        terms.others = [MetricTerms(metric: Self.seats, type: .gauge, limit: .units(50))]
        let bench = try FileBench(plans: [PlanDraft(id: "free", terms: terms)], limits: limits)
        try bench.run(.createTenant(CreateTenant(id: "acme")))
        return bench
    }

    private func use(_ bench: FileBench, _ ids: [String], amount: Int64) throws -> [UsageOutcome] {
        let events = ids.map { UsageEvents.Event(id: $0, metric: .jobs, amount: amount) }
        let replies = try bench.run(
            .useUnits(UsageEvents(tenant: "acme", events: events, mustFit: false)))
        guard case .unitsUsed(let outcomes) = replies.first else {
            throw StoreError(.misuse, "\(replies)")
        }
        return outcomes
    }

    private func knows(_ bench: FileBench, _ id: String) throws -> Bool {
        try bench.engine.remembersEvent(tenant: "acme", id: id)
    }

    /// Time runs on to so many days after the period that the bench began in.
    private func advance(_ bench: FileBench, toDaysAfterEnd days: Int64) throws {
        let end = try #require(Period(key: 202_611)).end
        bench.advance(milliseconds: end.adding(days * Self.day).since(bench.now.wall))
        try settle(bench)
    }

    private func settle(_ bench: FileBench) throws {
        var batches = 0
        repeat {
            batches += 1
            try #require(batches < 1_000, "it never ends")
            try #require(try Verification.run(folder: bench.folder).faults == [])
        } while try bench.engine.apply([], at: bench.now, lateMilliseconds: 0).hasMore
        #expect(try bench.engine.memoryFault() == nil)
        #expect(try Verification.run(folder: bench.folder).faults == [])
    }

    private func ledger(_ bench: FileBench) throws -> [LedgerView] {
        guard case .ledgerPage(let rows, _) = try bench.query(.ledger(LedgerFilter(tenant: "acme")))
        else { throw StoreError(.misuse, "no ledger") }
        return rows
    }

    @Test(arguments: [1, 3, 200])
    func `has its ids until its period is folded, and no longer`(slice: Int) throws {
        var limits = BatchLimits()
        limits.foldsMax = slice
        let bench = try bench(limits: limits)
        // The last is of a grant as well: more rows than one.
        try bench.run(.addGrant(AddGrant(tenant: "acme", amount: 1, source: "gift")))
        #expect(try use(bench, ["a", "b"], amount: 1) == [.counted, .counted])
        #expect(try use(bench, ["long"], amount: 9) == [.counted])
        #expect(try use(bench, ["a"], amount: 1) == [.duplicate])
        try advance(bench, toDaysAfterEnd: 34)
        #expect(
            try use(bench, ["new", "a", "long"], amount: 1) == [.counted, .duplicate, .duplicate])
        try advance(bench, toDaysAfterEnd: 35)
        for id in ["a", "b", "long"] { #expect(try !knows(bench, id)) }
        #expect(try knows(bench, "new"))
        try bench.engine.recover(at: bench.now)
        #expect(try use(bench, ["a", "new"], amount: 1) == [.counted, .duplicate])
        try settle(bench)
    }

    @Test func `is not known at all where it came to nothing`() throws {
        let bench = try bench()
        #expect(try use(bench, ["zero"], amount: 0) == [.counted])
        #expect(try use(bench, ["zero"], amount: 0) == [.counted])
        #expect(try !knows(bench, "zero"))
        #expect(try use(bench, ["zero"], amount: 2) == [.counted])
        #expect(try use(bench, ["zero"], amount: 2) == [.duplicate])
        try settle(bench)
    }

    /// Files of before version 10 have rows of gauges that folding went past.
    @Test func `of a gauge that folding once passed comes before what is folded of it`() throws {
        let bench = try bench()
        try bench.run(.setGauge(tenant: "acme", Self.seats, value: 5))
        let passed = try #require(try ledger(bench).first).id
        let database = try Database(path: bench.folder + "/weir.db", role: .writer)
        try database.execute(
            "INSERT OR REPLACE INTO meta VALUES ('ledger_folded', \(passed.rawValue))")
        try bench.engine.recover(at: bench.now)
        for value in [2, 7] as [Int64] {
            try bench.run(.setGauge(tenant: "acme", Self.seats, value: value))
        }
        try advance(bench, toDaysAfterEnd: 35)
        try bench.run(.setGauge(tenant: "acme", Self.seats, value: 4))
        try settle(bench)
        #expect(try ledger(bench).map(\.amount) == [-3, 2, 5])
    }

    @Test func `of a gauge is one row a source, and its value stays`() throws {
        let bench = try bench()
        func set(_ value: Int64) throws {
            try bench.run(.setGauge(tenant: "acme", Self.seats, value: value))
        }
        for value in [5, 9, 2] as [Int64] { try set(value) }
        let before = try ledger(bench)
        #expect(before.map(\.amount) == [-7, 4, 5])
        try advance(bench, toDaysAfterEnd: 34)
        #expect(try ledger(bench) == before)
        try set(3)
        try advance(bench, toDaysAfterEnd: 35)
        let rows = try ledger(bench)
        #expect(rows.map(\.entry) == [.adjust, .folded])
        #expect(rows.map(\.amount) == [1, 2])
        #expect(rows.map(\.period) == [nil, nil])
        #expect(rows.last?.fold?.count == 3)
        #expect(rows.last?.usedAfter == 2)
        guard case .usage(let usage) = try bench.query(.usage(tenant: "acme", period: nil)) else {
            throw StoreError(.misuse, "no usage")
        }
        #expect(usage.accounts.last?.usage == Usage(plan: 3))
    }
}
