import Core
import Plans
import Store
import Testing

@testable import StoreSQLite

/// What concerns many tenants or jobs at once is done some in each batch.
@Suite struct `Slices of the meter` {
    private static let many = 300

    private static func limits(_ change: (inout BatchLimits) -> Void) -> BatchLimits {
        var limits = BatchLimits()
        change(&limits)
        return limits
    }

    private static func plans(_ free: Int64 = 1) -> [PlanDraft] {
        [("free", 0, free), ("pro", 1, 1_000_000)].map { id, rank, limit in
            PlanDraft(
                id: id,
                terms: PlanTerms(
                    name: id, rank: rank, jobLimit: .units(limit), heldMax: 1_000_000))
        }
    }

    private func createTenants(_ bench: FileBench) throws {
        for first in stride(from: 0, to: Self.many, by: 100) {
            let batch = (first..<first + 100).map { number in
                Envelope(
                    id: EnvelopeID(rawValue: UInt64(1_000_000 + number)),
                    command: .createTenant(CreateTenant(id: "t\(number)")))
            }
            _ = try bench.engine.apply(batch, at: bench.now, lateMilliseconds: 0)
        }
    }

    private func count(_ bench: FileBench, _ sql: String) throws -> Int {
        let database = try Database(path: bench.files.databasePath, role: .reader)
        return Int(try database.prepare("SELECT count(*) FROM \(sql)").first { $0.int(0) } ?? 0)
    }

    /// Batches until nothing is left, each of which may change a count by so many.
    private func finish(
        _ bench: FileBench, counting sql: String, stepMax: Int, batchesMax: Int = .max
    ) throws -> (batches: Int, count: Int) {
        var batches = 0
        var count = try count(bench, sql)
        var hasMore = true
        while hasMore, batches < batchesMax {
            hasMore = try bench.engine.apply([], at: bench.now, lateMilliseconds: 0).hasMore
            batches += 1
            let next = try self.count(bench, sql)
            #expect(abs(next - count) <= stepMax, "batch \(batches): from \(count) to \(next)")
            count = next
            try #require(batches < 2_000, "it never ends")
        }
        #expect(try bench.engine.memoryFault() == nil)
        return (batches, count)
    }

    @Test func `the gates of a new period`() throws {
        let bench = try FileBench(plans: Self.plans(), limits: Self.limits { $0.renewalsMax = 7 })
        try createTenants(bench)
        for number in 0..<Self.many { _ = try bench.submit("t\(number)", count: 2) }
        for leased in try bench.pull(max: 1_000) {
            try bench.run(.complete([Completion(token: leased.token)]))
        }
        bench.advance(
            milliseconds: Period(containing: bench.now.wall).end.since(bench.now.wall))
        var started: [Int] = []
        repeat {
            started.append(try bench.pull(max: 1_000).count)
            try #require(started.count < 1_000, "it never ends")
        } while started.reduce(0, +) < Self.many
        #expect(started.allSatisfy { $0 <= 7 }, "\(started)")
        #expect(started.count >= Self.many / 7)
        #expect(try bench.pull(max: 1_000).isEmpty)
        #expect(try bench.engine.memoryFault() == nil)
        #expect(try Verification.run(folder: bench.folder).faults == [])
    }

    @Test func `the end of many grants`() throws {
        let bench = try FileBench(plans: Self.plans(), limits: Self.limits { $0.deadlinesMax = 6 })
        try createTenants(bench)
        let end = bench.now.wall.adding(60_000)
        for number in 0..<Self.many {
            try bench.run(
                .addGrant(
                    AddGrant(tenant: "t\(number)", amount: 1, source: "s", expiresAt: end)))
        }
        #expect(try count(bench, "deadlines") == Self.many)
        bench.advance(milliseconds: 60_000)
        let (batches, left) = try finish(bench, counting: "deadlines", stepMax: 6)
        #expect(left == 0)
        #expect(batches >= Self.many / 6)
        #expect(try count(bench, "grants WHERE state = 2") == Self.many)
        #expect(try Verification.run(folder: bench.folder).faults == [])
    }

    @Test func `jobs that never fit, and their way back`() throws {
        let bench = try FileBench(
            plans: Self.plans(10),
            limits: Self.limits {
                $0.parksMax = 5
                $0.retracksMax = 4
            })
        try bench.run(.createTenant(CreateTenant(id: "acme", plan: "pro")))
        var spec = JobSpec(kind: "work")
        spec.cost = 50
        let big = Enqueue(tenant: "acme", jobs: Array(repeating: spec, count: Self.many))
        try bench.run(.enqueue(big))
        _ = try bench.submit("acme", count: 1)
        var update = UpdateTenant(id: "acme")
        update.plan = "free"
        try bench.run(.updateTenant(update))
        let unfit = "ready WHERE track = \(Track.unfit.rawValue)"
        #expect(try count(bench, unfit) <= 5)
        #expect(try bench.pull(max: 9).isEmpty, "until they are put apart their line waits")
        let parked = try finish(bench, counting: unfit, stepMax: 5)
        #expect(parked.count == Self.many)
        #expect(parked.batches >= Self.many / 5 - 3)
        #expect(try bench.pull(max: 9).count == 1)

        update.plan = "pro"
        try bench.run(.updateTenant(update))
        // A batch looks for work twice: before its chores and after them.
        let back = try finish(bench, counting: unfit, stepMax: 2 * 4)
        #expect(back.count == 0)
        #expect(back.batches >= Self.many / 8 - 2)
        #expect(try bench.pull(max: 1_000).count == Self.many)
        #expect(try Verification.run(folder: bench.folder).faults == [])
    }

    @Test func `the gates of another mode, and none is passed over`() throws {
        let bench = try FileBench(plans: Self.plans(), limits: Self.limits { $0.renewalsMax = 7 })
        try createTenants(bench)
        for number in 0..<Self.many { _ = try bench.submit("t\(number)", count: 2) }
        #expect(try bench.pull(max: 1_000).count == Self.many)
        let event = UsageEvents.Event(id: "e", metric: .jobs, amount: 1)
        // The last tenant's gate is looked at for another reason before its turn has come.
        try bench.run(
            .setEnforcement(Enforcement(mode: .observe, percent: 100)),
            .useUnits(UsageEvents(tenant: "t299", events: [event], mustFit: false)))
        var started: [Int] = []
        for _ in 0..<(Self.many / 7) { started.append(try bench.pull(max: 1_000).count) }
        // Those of the command's own batch are served with the first pull.
        #expect(started.allSatisfy { $0 <= 2 * 7 + 1 }, "\(started)")
        #expect(started.reduce(0, +) == Self.many)
        #expect(try bench.engine.memoryFault() == nil)
        #expect(try Verification.run(folder: bench.folder).faults == [])
    }

    @Test func `gates of a mode that is taken back before all of them were looked at`() throws {
        let bench = try FileBench(plans: Self.plans(), limits: Self.limits { $0.renewalsMax = 7 })
        try createTenants(bench)
        for number in 0..<Self.many { _ = try bench.submit("t\(number)", count: 3) }
        #expect(try bench.pull(max: 1_000).count == Self.many)
        try bench.run(.setEnforcement(Enforcement(mode: .observe, percent: 100)))
        _ = try finish(bench, counting: "usage", stepMax: 0, batchesMax: 3)
        try bench.run(.setEnforcement(.full))
        #expect(try bench.pull(max: 1_000).count < Self.many, "some gates had opened, not all")
        _ = try finish(bench, counting: "usage", stepMax: 0)
        #expect(try bench.pull(max: 1_000).isEmpty)
        try bench.run(.setEnforcement(Enforcement(mode: .observe, percent: 100)))
        _ = try finish(bench, counting: "usage", stepMax: 0)
        #expect(try bench.pull(max: 1_000).count > Self.many)
        #expect(try Verification.run(folder: bench.folder).faults == [])
    }

    @Test func `midnight comes again before all gates of the month were looked at`() throws {
        let bench = try FileBench(plans: Self.plans(), limits: Self.limits { $0.renewalsMax = 7 })
        try createTenants(bench)
        for number in 0..<Self.many { _ = try bench.submit("t\(number)", count: 2) }
        for leased in try bench.pull(max: 1_000) {
            try bench.run(.complete([Completion(token: leased.token)]))
        }
        bench.advance(
            milliseconds: Period(containing: bench.now.wall).end.since(bench.now.wall))
        try bench.run()
        bench.advance(milliseconds: 86_400_000)
        _ = try finish(bench, counting: "usage", stepMax: 0)
        #expect(try bench.pull(max: 1_000).count == Self.many)
        #expect(try Verification.run(folder: bench.folder).faults == [])
    }

    @Test func `tenants on their way to another version, with a restart between`() throws {
        let bench = try FileBench(plans: Self.plans(), limits: Self.limits { $0.movesMax = 4 })
        try createTenants(bench)
        try bench.run(.loadPlans(Self.plans(2)))
        let replies = try bench.run(.movePlan("free", from: 1, to: 2))
        #expect(replies == [.planMoves(tenants: Self.many)])
        let moved = "tenants WHERE base_version = 2"
        #expect(try count(bench, moved) == 4)
        try bench.engine.recover(at: bench.now)
        let (batches, count) = try finish(bench, counting: moved, stepMax: 4)
        #expect(count == Self.many)
        #expect(batches >= (Self.many - 4) / 4)
        #expect(try self.count(bench, "plan_moves") == 0)
        #expect(try Verification.run(folder: bench.folder).faults == [])
    }

    @Test func `the gates that a rate opens at one time`() throws {
        var terms = PlanTerms(name: "free", rank: 0, jobLimit: .unlimited, heldMax: nil)
        terms.rate = StartRate(starts: 1, perMilliseconds: 60_000, burst: 1)
        let bench = try FileBench(
            plans: [PlanDraft(id: "free", terms: terms)],
            limits: Self.limits { $0.renewalsMax = 7 })
        try createTenants(bench)
        for number in 0..<Self.many { _ = try bench.submit("t\(number)", count: 2) }
        #expect(try bench.pull(max: 1_000).count == Self.many)
        bench.advance(milliseconds: 60_000)
        var started: [Int] = []
        var hasMore = true
        while hasMore {
            hasMore = try bench.engine.apply([], at: bench.now, lateMilliseconds: 0).hasMore
            started.append(try bench.pull(max: 1_000).count)
            try #require(started.count < 1_000, "it never ends")
        }
        #expect(started.allSatisfy { $0 <= 2 * 7 }, "\(started)")
        #expect(started.reduce(0, +) == Self.many)
    }

    @Test(arguments: [DeadlineEvent.grantStarts, .grantEnds, .overrideEnds])
    func `a deadline that its row knows nothing of is damage`(event: DeadlineEvent) throws {
        let bench = try FileBench(plans: Self.plans())
        try bench.run(.createTenant(CreateTenant(id: "acme")))
        let end = bench.now.wall.adding(60_000)
        let reply = try bench.run(
            .addGrant(AddGrant(tenant: "acme", amount: 1, source: "s", expiresAt: end)),
            .putOverride(
                PutOverride(
                    tenant: "acme", metric: .jobs, limit: .units(3), until: end.adding(1))))
        guard case .grant(let grant, _) = reply[0] else { throw StoreError(.misuse, "no grant") }
        try bench.rows.begin()
        // The grant is in force already and ends later; so does the override.
        try bench.rows.insertDeadline(
            DeadlineRow(
                at: end.adding(event == .grantEnds ? -1 : 0), tenant: 1, event: event,
                subject: event == .overrideEnds ? 1 : grant.id.rawValue))
        try bench.rows.commit()
        bench.advance(milliseconds: 60_000)
        guard event == .overrideEnds else {
            // A grant is its tenant's alone, and is looked at again.
            let outcome = try bench.engine.apply([], at: bench.now, lateMilliseconds: 0)
            // That one begins which has begun may be of one that could not be read then.
            if event == .grantStarts { return #expect(outcome.alarms.isEmpty) }
            guard case .unreadable(tenant: "acme", let reason) = outcome.alarms.first else {
                throw StoreError(.misuse, "\(outcome.alarms)")
            }
            #expect(reason.contains("when it does not"), "\(reason)")
            return
        }
        let error = #expect(throws: StoreError.self) { try bench.run() }
        #expect(error?.kind == .corrupt, "\(String(describing: error))")
    }

    @Test func `the gates of modes, no more of them where modes change all the time`() throws {
        let bench = try FileBench(plans: Self.plans(), limits: Self.limits { $0.renewalsMax = 7 })
        try createTenants(bench)
        for number in 0..<Self.many { _ = try bench.submit("t\(number)", count: 2) }
        for leased in try bench.pull(max: 1_000) {
            try bench.run(.complete([Completion(token: leased.token)]))
        }
        let modes = (0..<19).map { number in
            Envelope(
                id: EnvelopeID(rawValue: UInt64(2_000_000 + number)),
                command: .setEnforcement(
                    Enforcement(mode: number % 2 == 0 ? .observe : .enforce, percent: 100)))
        }
        let pull = Envelope(
            id: EnvelopeID(rawValue: 3_000_000), command: .pull(Pull(jobsMax: 1_000)))
        let outcome = try bench.engine.apply(modes + [pull], at: bench.now, lateMilliseconds: 0)
        guard case .leased(let jobs) = outcome.answers.first(where: { $0.id == pull.id })?.reply
        else { throw StoreError(.misuse, "no jobs") }
        #expect((1...7).contains(jobs.count), "\(jobs.count)")
        #expect(try bench.engine.memoryFault() == nil)
    }
}
