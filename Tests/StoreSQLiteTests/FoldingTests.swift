import Core
import Plans
import Store
import Testing

@testable import StoreSQLite

/// Periods that were closed 35 days ago leave one row a source in the ledger.
@Suite struct `A ledger that is folded` {
    private static let day: Int64 = 86_400_000

    private func bench(limits: BatchLimits = BatchLimits()) throws -> FileBench {
        let bench = try FileBench(limits: limits)
        try bench.run(.createTenant(CreateTenant(id: "acme", plan: "pro")))
        return bench
    }

    /// Time runs on to so many days after the period that the bench began in.
    private func advance(_ bench: FileBench, toDaysAfterEnd days: Int64) throws {
        let end = Period(key: 202611)?.end ?? bench.now.wall
        bench.advance(milliseconds: end.adding(days * Self.day).since(bench.now.wall))
        try settle(bench)
    }

    @discardableResult
    private func settle(_ bench: FileBench) throws -> Int {
        var batches = 0
        repeat {
            batches += 1
            try #require(batches < 1_000, "it never ends")
        } while try bench.engine.apply([], at: bench.now, lateMilliseconds: 0).hasMore
        #expect(try bench.engine.memoryFault() == nil)
        #expect(try Verification.run(folder: bench.folder).faults == [])
        return batches
    }

    private func ledger(
        _ bench: FileBench, limit: Int = 100, before: LedgerID? = nil, period: String? = nil
    ) throws -> (rows: [LedgerView], next: LedgerID?) {
        var filter = LedgerFilter(tenant: "acme")
        filter.limit = limit
        filter.before = before
        filter.period = period
        guard case .ledgerPage(let rows, let next) = try bench.query(.ledger(filter)) else {
            throw StoreError(.misuse, "no ledger")
        }
        return (rows, next)
    }

    /// Runs jobs to their end.
    private func charge(_ bench: FileBench, count: Int) throws {
        _ = try bench.submit("acme", count: count)
        for leased in try bench.pull(max: count) {
            try bench.run(.complete([Completion(token: leased.token)]))
        }
    }

    @Test func `has its rows until the 35th day, and one for all of them from then on`() throws {
        let bench = try bench()
        try charge(bench, count: 5)
        let before = try ledger(bench).rows
        try advance(bench, toDaysAfterEnd: 34)
        #expect(try ledger(bench).rows == before)
        try advance(bench, toDaysAfterEnd: 35)
        let rows = try ledger(bench).rows
        var figures = LedgerFold()
        for row in before.reversed() {
            figures.take(
                LedgerFold.Line(
                    id: row.id, at: row.at, job: row.job, entry: row.entry, amount: row.amount,
                    usedAfter: row.usedAfter, inForce: row.inForce, grant: row.grant,
                    event: row.event))
        }
        #expect(figures.count == 5)
        #expect(figures.excess == 5 - 100)
        let folded = LedgerView(
            id: before[0].id, at: before[0].at, job: nil, metric: .jobs,
            period: Period(key: 202611), entry: .folded, source: .plan, amount: 5,
            usedAfter: 5, inForce: nil, fold: figures)
        #expect(rows == [folded])
        guard
            case .usage(let usage) = try bench.query(.usage(tenant: "acme", period: "2026-11"))
        else { throw StoreError(.misuse, "no usage") }
        #expect(usage.accounts.first?.usage == Usage(plan: 5))
    }

    @Test func `is folded in slices that make no difference, over restarts too`() throws {
        var limits = BatchLimits()
        limits.foldsMax = 4
        let (slow, fast) = (try bench(limits: limits), try bench())
        for bench in [slow, fast] {
            try charge(bench, count: 30)
            bench.advance(
                milliseconds: Period(key: 202611)!.end.adding(35 * Self.day)
                    .since(bench.now.wall))
        }
        try settle(fast)
        var batches = 0
        while try slow.engine.apply([], at: slow.now, lateMilliseconds: 0).hasMore {
            batches += 1
            try slow.engine.recover(at: slow.now)
            slow.advance(milliseconds: 60_000)
            #expect(try Verification.run(folder: slow.folder).faults == [])
        }
        #expect(batches >= 30 / 4)
        #expect(try ledger(slow).rows == ledger(fast).rows)
        #expect(try ledger(slow).rows.map(\.fold?.count) == [30])
    }

    @Test func `goes on to give back what a job cost that waited all the time`() throws {
        let bench = try bench()
        try charge(bench, count: 2)
        _ = try bench.submit("acme", count: 1)
        let leased = try bench.pull(max: 1)[0]
        try bench.run(
            .fail([
                Failure(
                    token: leased.token, retry: .after(milliseconds: 80 * Self.day),
                    couldNotStart: true)
            ]))
        try advance(bench, toDaysAfterEnd: 40)
        #expect(try ledger(bench).rows.map(\.amount) == [3])
        try bench.run(.cancelJob(leased.job.id, tenant: nil))
        try settle(bench)
        let rows = try ledger(bench).rows
        #expect(rows.map(\.entry) == [.refund, .folded])
        #expect(rows.map(\.amount) == [-1, 3])
        #expect(rows.map(\.usedAfter) == [2, 3])
        guard
            case .usage(let usage) = try bench.query(.usage(tenant: "acme", period: "2026-11"))
        else { throw StoreError(.misuse, "no usage") }
        #expect(usage.accounts.first?.usage == Usage(plan: 2))
        // The refund is of a period that was closed long ago: the next look folds it too.
        bench.advance(milliseconds: Self.day)
        try settle(bench)
        #expect(try ledger(bench, period: "2026-11").rows.map(\.fold?.count) == [4])
        #expect(try ledger(bench, period: "2026-11").rows.map(\.amount) == [2])
    }

    @Test func `is read page by page`() throws {
        let bench = try bench()
        try charge(bench, count: 3)
        try advance(bench, toDaysAfterEnd: 36)
        try charge(bench, count: 2)
        let all = try ledger(bench).rows
        #expect(all.map(\.entry) == [.charge, .charge, .folded])
        for limit in 1...3 {
            var found: [LedgerView] = []
            var before: LedgerID?
            for _ in 0..<5 {
                let page = try ledger(bench, limit: limit, before: before)
                found += page.rows
                guard let next = page.next else { break }
                before = next
            }
            #expect(found == all, "\(limit) a page")
        }
    }

    @Test func `gives no row's id to another after all of them are gone`() throws {
        let bench = try bench()
        try charge(bench, count: 3)
        try advance(bench, toDaysAfterEnd: 36)
        let last = try ledger(bench).rows[0].id
        bench.jump(milliseconds: -80 * Self.day)
        try bench.engine.recover(at: bench.now)
        try charge(bench, count: 1)
        #expect(try ledger(bench).rows[0].id > last)
        #expect(try Verification.run(folder: bench.folder).faults == [])
    }

    @Test func `says that it is, where a what-if would need its rows`() throws {
        let bench = try bench()
        try charge(bench, count: 12)
        try settle(bench)
        let free = try #require(bench.engine.catalog.plan("free"))
        func view() throws -> WhatIfView {
            let question = WhatIf(tenant: "acme", plan: free, period: "2026-11", overageMax: nil)
            guard case .whatIf(let views) = try bench.query(.whatIf(question)) else {
                throw StoreError(.misuse, "no report")
            }
            return try #require(views.first)
        }
        let before = try view()
        #expect(before.reachedAt != nil && !before.isFolded)
        try advance(bench, toDaysAfterEnd: 36)
        let after = try view()
        #expect(after.reachedAt == nil && after.isFolded)
        #expect((after.used, after.held) == (before.used, before.held))
    }

    @Test func `is folded by a server that is never idle, faster than it grows`() throws {
        var limits = BatchLimits()
        limits.foldsMax = 8
        let bench = try FileBench(limits: limits)
        try bench.run(.createTenant(CreateTenant(id: "acme", plan: "enterprise")))
        try charge(bench, count: 40)
        bench.advance(
            milliseconds: Period(key: 202611)!.end.adding(36 * Self.day).since(bench.now.wall))
        // A jump over the end of a period, until the clock is trusted again.
        try bench.run()
        bench.advance(milliseconds: 60_000)
        var batches = 0
        while try ledger(bench, period: "2026-11").rows.map(\.entry) != [.folded] {
            batches += 1
            try #require(batches < 12, "it falls behind")
            _ = try bench.submit("acme", count: 5)
            #expect(try bench.pull(max: 5).count == 5)
        }
        try settle(bench)
        #expect(try ledger(bench, period: "2026-11").rows.map(\.amount) == [40])
    }
}
