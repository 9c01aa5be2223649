import Core
import Glibc
import Store
import Testing

@testable import StoreSQLite

/// A folder with a job in every place and state, of which each test gets a copy to damage.
enum DamageBench {
    /// The bytes of the database, made once.
    private static let bytes: [UInt8] = {
        do {
            return try make()
        } catch {
            preconditionFailure("the folder to damage could not be made: \(error)")
        }
    }()

    /// A new folder with a copy.
    static func copy() throws -> String {
        let folder = FileBench.makeFolder()
        let file = try #require(fopen(folder + "/weir.db", "w"))
        defer { fclose(file) }
        #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
        return folder
    }

    /// Each job is the only one of its kind, so that a damage can name it.
    private static func make() throws -> [UInt8] {
        let bench = try FileBench()
        try bench.run(
            .createTenant(CreateTenant(id: "acme", plan: "pro")),
            .createTenant(CreateTenant(id: "beta")), .createTenant(CreateTenant(id: "idle")),
            .createTenant(CreateTenant(id: "old")), .createTenant(CreateTenant(id: "grown")),
            .createKey(
                CreateKey(
                    grant: KeyGrant(scope: .tenant, tenant: "beta"),
                    hash: Array(repeating: 7, count: 32))))
        try submit(bench, kind: "first")
        try end(bench, kind: "first")
        try submit(bench, kind: "done")
        try end(bench, kind: "done")
        try submit(bench, kind: "dead")
        try bench.run(.fail([Failure(token: try pull(bench, "dead"), retry: .never)]))
        try submit(bench, kind: "quit")
        try release(bench, kind: "quit")
        try cancel(bench, kind: "quit")
        try submit(bench, kind: "unstarted") { $0.expiresInMilliseconds = 3_600_000 }
        try cancel(bench, kind: "unstarted")
        try submit(bench, kind: "expired") { $0.expiresInMilliseconds = 1_000 }
        try submit(bench, kind: "fresh") { $0.expiresInMilliseconds = 3_600_000 }
        try submit(bench, kind: "later") {
            $0.start = .after(milliseconds: 600_000)
            $0.expiresInMilliseconds = 3_600_000
        }
        try submit(bench, kind: "back")
        try release(bench, kind: "back")
        try submit(bench, kind: "again")
        let failed = Failure(token: try pull(bench, "again"), retry: .after(milliseconds: 900_000))
        try bench.run(.fail([failed]))
        try submit(bench, kind: "runs") { $0.cost = 3 }
        _ = try pull(bench, "runs")
        try submit(bench, kind: "reruns")
        try release(bench, kind: "reruns")
        _ = try pull(bench, "reruns")
        _ = try bench.submit("beta", count: 1, kind: "other")
        _ = try bench.submit("old", count: 1, kind: "orphan")
        try bench.run(.deleteTenant(tenant: "old", force: true))
        try submit(bench, kind: "broken")
        let unstarted = Failure(
            token: try pull(bench, "broken"), retry: .never, couldNotStart: true)
        try bench.run(.fail([unstarted]))
        try talk(bench)
        try subscribe(bench)
        try changeTerms(bench)
        try remember(bench)
        for _ in 0..<4 {
            bench.advance(milliseconds: 2_000)
            try bench.run()
        }
        try bench.rows.begin()
        try bench.rows.insertMove(PlanMove(plan: "pro", from: 1, to: 1), number: 1)
        try bench.rows.commit()
        let file = FileBench.makeFolder() + "/copy.db"
        try bench.files.backUp(to: file)
        return try read(file)
    }

    /// An override that ends, a grant that is to come, and one in force that ends and of which a
    /// charge took some after the plan's own units, past a threshold.
    private static func changeTerms(_ bench: FileBench) throws {
        let hour: Int64 = 3_600_000
        let endpoint = CreateEndpoint(
            tenant: "grown", url: "https://grown.example/",
            filter: EventFilter([.quotaWarning, .quotaExceeded]),
            secret: Array(repeating: 1, count: 32))
        try bench.run(.outbound(.create(endpoint)))
        let now = bench.now.wall
        try bench.run(
            .putOverride(
                PutOverride(
                    tenant: "beta", metric: .jobs, limit: .units(50), until: now.adding(hour),
                    reason: "trial")),
            .addGrant(
                AddGrant(
                    tenant: "grown", amount: 5, source: "gift", expiresAt: now.adding(2 * hour))),
            .addGrant(
                AddGrant(
                    tenant: "grown", amount: 7, source: "next", effectiveAt: now.adding(hour))),
            .useUnits(
                UsageEvents(
                    tenant: "beta",
                    events: [UsageEvents.Event(id: "event", metric: .jobs, amount: 1)],
                    mustFit: true)))
        for (kind, cost) in [("most", Int64(9)), ("split", 4)] {
            try submit(bench, kind: kind, for: "grown") { $0.cost = cost }
            try end(bench, kind: kind)
        }
    }

    /// A submit with an idempotency key.
    private static func remember(_ bench: FileBench) throws {
        let envelope = Envelope(
            id: EnvelopeID(rawValue: .max),
            command: .enqueue(Enqueue(tenant: "beta", jobs: [JobSpec(kind: "keyed")])),
            idempotency: Idempotency(
                scope: "jobs", key: "once", fingerprint: Array(repeating: 1, count: 32)))
        _ = try bench.engine.apply([envelope], at: bench.now, lateMilliseconds: 0)
    }

    private static func submit(
        _ bench: FileBench, kind: String, for tenant: String = "acme",
        _ change: (inout JobSpec) -> Void = { _ in }
    ) throws {
        var spec = JobSpec(kind: kind)
        change(&spec)
        try bench.run(.enqueue(Enqueue(tenant: tenant, jobs: [spec])))
    }

    private static func pull(_ bench: FileBench, _ kind: String) throws -> LeaseToken {
        let reply = try bench.run(.pull(Pull(kinds: [kind], leaseMilliseconds: 3_600_000)))
        guard case .leased(let jobs) = reply[0], let job = jobs.first else {
            throw StoreError(.misuse, "no job of kind \(kind)")
        }
        return job.token
    }

    /// Jobs whose attempts said something, ran too long, or are of the server's own runner.
    private static func talk(_ bench: FileBench) throws {
        try bench.run(.createTenant(CreateTenant(id: "talks", plan: "pro")))
        try submit(bench, kind: "spoke", for: "talks")
        for log in [["one", "two"], ["three"]] {
            let token = try pull(bench, "spoke")
            for lines in [log, ["and more"]] {
                let news = LeaseNews(
                    item: 0, progress: Progress(hundredths: 4_000, message: log[0]), log: lines)
                try bench.run(.heartbeat(Heartbeat(tokens: [token], news: [news])))
            }
            if log.count > 1 { try bench.run(.release(Release(tokens: [token]))) }
        }
        try submit(bench, kind: "overdue", for: "talks") { $0.timeoutMilliseconds = 1_000 }
        _ = try pull(bench, "overdue")
        try submit(bench, kind: "own", for: "talks")
        var own = Pull(kinds: ["own"])
        own.isOfRunner = true
        try bench.run(.pull(own))
    }

    /// A tenant that pays, and owes now, and an event that nobody understood.
    private static func subscribe(_ bench: FileBench) throws {
        try bench.run(.createTenant(CreateTenant(id: "paid")))
        var events: [ProviderEvent] = []
        for (id, status) in [("evt_1", SubscriptionStatus.active), ("evt_2", .pastDue)] {
            var fact = SubscriptionFact(
                id: "sub_1", eventID: id, created: bench.now.wall, rank: .updated, isLive: false,
                status: status)
            fact.customer = "cus_1"
            fact.tenant = "paid"
            fact.items = [SubscriptionItem(price: PriceReference(planName: "pro"))]
            events.append(event(id, .subscription(fact), bench))
        }
        events.append(event("evt_3", .failed(reason: "it has no status"), bench))
        for event in events { try bench.run(.billing(.take(event))) }
    }

    private static func event(
        _ id: String, _ meaning: BillingEvent, _ bench: FileBench
    ) -> ProviderEvent {
        ProviderEvent(
            id: id, type: "test", created: bench.now.wall, isLive: false, body: [1],
            meaning: meaning)
    }

    private static func end(_ bench: FileBench, kind: String) throws {
        try bench.run(.complete([Completion(token: try pull(bench, kind))]))
    }

    private static func release(_ bench: FileBench, kind: String) throws {
        try bench.run(.release(Release(tokens: [try pull(bench, kind)])))
    }

    private static func cancel(_ bench: FileBench, kind: String) throws {
        guard
            case .jobPage(let page, _) = try bench.query(.jobList(JobFilter())),
            let job = page.first(where: { $0.kind == kind })
        else { throw StoreError(.misuse, "no job of kind \(kind)") }
        try bench.run(.cancelJob(job.id, tenant: nil))
    }

    private static func read(_ path: String) throws -> [UInt8] {
        guard let file = fopen(path, "r") else { throw StoreError(.misuse, "no file \(path)") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&part, 1, part.count, file), count > 0 {
            bytes += part[..<count]
        }
        return bytes
    }
}
