import Core
import Plans
import Store
import Testing

/// Turns where workers ask for different kinds, or for some tenants alone.
@Suite struct `Turns beside workers for other kinds` {
    private static let plan = [
        PlanDraft(
            id: "free",
            terms: PlanTerms(name: "free", rank: 0, jobLimit: .unlimited, weight: 1))
    ]

    private let x = Pull(kinds: ["x"])
    private let y = Pull(kinds: ["y"])

    private func bench(_ kind: StoreKind, _ tenants: String...) throws -> StoreBench {
        let plans = Dictionary(uniqueKeysWithValues: tenants.map { ($0, "free") })
        return try StoreBench(kind, plans: Self.plan, tenants: plans)
    }

    /// Whose jobs the next pulls are given, one pull each.
    private func turns(_ bench: StoreBench, _ count: Int, _ pull: Pull) throws -> String {
        try (0..<count).map { _ in try bench.pullOne(pull).job.tenant }.joined()
    }

    @Test(arguments: StoreKind.all)
    func `a tenant comes back at the time of its own kind's workers`(kind: StoreKind) throws {
        let bench = try bench(kind, "a", "b", "c")
        try bench.submit(count: 200, "x", for: "a")
        try bench.submit(count: 50, "y", for: "b")
        _ = try turns(bench, 100, x)
        #expect(try turns(bench, 5, y) == "bbbbb")
        _ = try turns(bench, 1, x)
        _ = try bench.submit("y", for: "c")
        #expect(try turns(bench, 2, y).contains("c"))
    }

    @Test(arguments: StoreKind.all)
    func `a job that nobody asks for saves its tenant no turns`(kind: StoreKind) throws {
        let bench = try bench(kind, "l", "b")
        _ = try bench.submit("nobody's", for: "l")
        try bench.submit(count: 60, "y", for: "b")
        _ = try turns(bench, 40, y)
        try bench.submit(count: 20, "y", for: "l")
        #expect((5...6).contains(try turns(bench, 10, y).count { $0 == "l" }))
    }

    @Test(arguments: StoreKind.all)
    func `work for fast workers is no reason to wait for slow ones`(kind: StoreKind) throws {
        let bench = try bench(kind, "a", "b", "l")
        try bench.submit(count: 200, "x", for: "a")
        try bench.submit(count: 50, "y", for: "b")
        _ = try bench.submit("y", for: "l")
        _ = try turns(bench, 100, x)
        _ = try bench.submit("x", for: "l")
        #expect(try turns(bench, 2, y).contains("l"))
        #expect(try turns(bench, 2, x).contains("l"))
    }

    @Test(arguments: StoreKind.all)
    func `a tenant of many kinds has one share`(kind: StoreKind) throws {
        let bench = try bench(kind, "a", "m")
        let kinds = (0..<10).map { "k\($0)" }
        let pull = Pull(kinds: kinds)
        try bench.submit(count: 100, "k0", for: "a")
        _ = try turns(bench, 50, pull)
        for kind in kinds { try bench.submit(count: 5, kind, for: "m") }
        #expect((10...11).contains(try turns(bench, 20, pull).count { $0 == "m" }))
    }

    @Test(arguments: StoreKind.all)
    func `a kind that was never seen before begins where its workers are`(kind: StoreKind) throws {
        let bench = try bench(kind, "a", "n")
        let pull = Pull(kinds: ["x", "new"])
        try bench.submit(count: 100, "x", for: "a")
        _ = try turns(bench, 40, pull)
        try bench.submit(count: 20, "new", for: "n")
        #expect((5...6).contains(try turns(bench, 10, pull).count { $0 == "n" }))
    }

    @Test(arguments: StoreKind.all)
    func `what workers for one kind did is no debt to those for others`(kind: StoreKind) throws {
        let bench = try bench(kind, "a", "b", "c")
        try bench.submit(count: 200, "x", for: "a")
        _ = try turns(bench, 100, x)
        try bench.submit(count: 50, "y", for: "b")
        try bench.submit(count: 50, "y", for: "a")
        for pull in [y, Pull(), Pull(kinds: ["y", "z"]), Pull(tenants: ["a", "b"])] {
            #expect(try turns(bench, 8, pull).count { $0 == "a" } == 4, "\(pull)")
        }
        // One who takes either kind is not late for what others took of one.
        _ = try turns(bench, 50, x)
        try bench.submit(count: 50, "z", for: "c")
        #expect((3...5).contains(try turns(bench, 8, Pull(kinds: ["x", "z"])).count { $0 == "c" }))
        _ = try turns(bench, 20, Pull(kinds: ["z"]))
        #expect((3...5).contains(try turns(bench, 8, Pull(kinds: ["x", "z"])).count { $0 == "c" }))
    }

    @Test(arguments: StoreKind.all)
    func `a tenant's own worker moves nobody's turn with others`(kind: StoreKind) throws {
        let bench = try bench(kind, "a", "b", "c")
        try bench.submit(count: 50, "y", for: "a") { $0.cost = 1_000 }
        try bench.submit(count: 50, "y", for: "b") { $0.cost = 1_000 }
        #expect(try turns(bench, 30, Pull(tenants: ["a"])) == String(repeating: "a", count: 30))
        #expect(try turns(bench, 8, Pull()).count { $0 == "a" } == 4)
        #expect(try turns(bench, 8, y).count { $0 == "a" } == 4)
        for pull in [Pull(), y] {
            _ = try bench.submit("y", for: "c")
            #expect(try turns(bench, 3, pull).contains("c"))
        }
    }

    @Test(arguments: StoreKind.all)
    func `workers for several tenants let none save turns`(kind: StoreKind) throws {
        let bench = try bench(kind, "a", "b")
        let pull = Pull(tenants: ["a", "b"])
        try bench.submit(count: 60, "y", for: "b")
        _ = try turns(bench, 40, pull)
        try bench.submit(count: 20, "y", for: "a")
        #expect((5...6).contains(try turns(bench, 10, pull).count { $0 == "a" }))
    }

    /// Pulls that come by turns, of which each may take what another leaves alone.
    @Test(arguments: StoreKind.all, [["y", "xy"], ["xy", "y"], ["y", "y", "xy"]])
    func `work that only some of the workers take is taken by them`(
        kind: StoreKind, pools: [String]
    ) throws {
        let bench = try bench(kind, "b", "c", "a")
        for tenant in ["b", "c"] { try bench.submit(count: 100, "y", for: tenant) }
        try bench.submit(count: 100, "x", for: "a")
        var served: [String: String] = [:]
        for _ in 0..<40 {
            for pool in pools {
                let pull = Pull(kinds: pool.map(String.init))
                served[pool, default: ""] += try turns(bench, 1, pull)
            }
        }
        for (tenant, least) in [("a", 12), ("b", 12), ("c", 12)] {
            #expect((served["xy"] ?? "").count { "\($0)" == tenant } >= least, "\(served)")
        }
        #expect((served["y"] ?? "").count { $0 == "b" } == (served["y"] ?? "").count / 2)
    }

    @Test(arguments: StoreKind.all, [nil, ["m", "b"]])
    func `what a tenant has of one kind puts off nothing of another`(
        kind: StoreKind, tenants: [String]?
    ) throws {
        let bench = try bench(kind, "m", "b")
        try bench.submit(count: 100, "x", for: "m")
        for tenant in ["m", "b"] { try bench.submit(count: 100, "y", for: tenant) }
        var served = ""
        for _ in 0..<40 {
            _ = try turns(bench, 1, Pull(kinds: ["x"], tenants: tenants))
            _ = try turns(bench, 1, Pull(kinds: ["y", "x"], tenants: tenants))
            served += try turns(bench, 1, Pull(kinds: ["y"], tenants: tenants))
        }
        #expect(served.count { $0 == "m" } == 20, "\(served)")
    }

    @Test(arguments: StoreKind.all)
    func `workers that have just come do not all begin with the same tenant`(
        kind: StoreKind
    ) throws {
        let bench = try bench(kind, "a", "b", "c", "d")
        for tenant in ["a", "b", "c", "d"] { try bench.submit(count: 100, "y", for: tenant) }
        for tenants in [nil, ["a", "b", "c", "d"]] {
            let served = try (0..<100).map { number in
                try turns(bench, 1, Pull(kinds: ["y", "new\(number)"], tenants: tenants))
            }.joined()
            for tenant in "abcd" {
                #expect((12...40).contains(served.count { $0 == tenant }), "\(served)")
            }
        }
    }

    @Test(arguments: StoreKind.all)
    func `the order in which a pull names kinds and tenants is none`(kind: StoreKind) throws {
        let bench = try bench(kind, "a", "b")
        for tenant in ["a", "b"] { try bench.submit(count: 100, "y", for: tenant) }
        var served = ""
        for _ in 0..<10 {
            served += try turns(bench, 1, Pull(kinds: ["x", "y"], tenants: ["a", "b"]))
            served += try turns(bench, 1, Pull(kinds: ["y", "x", "y"], tenants: ["b", "a"]))
        }
        #expect(served == String(repeating: "ab", count: 10))
    }

    @Test(arguments: StoreKind.all)
    func `of several queues none waits for another, whoever pulls between`(
        kind: StoreKind
    ) throws {
        let bench = try bench(kind, "a")
        for queue in ["q", "r"] { try bench.submit(count: 100, "x", for: "a") { $0.queue = queue } }
        var served: [String: Int] = [:]
        for _ in 0..<64 {
            let job = try bench.pullOne(Pull(queues: ["q", "r"])).job
            served[job.queue, default: 0] += 1
            try bench.pull(Pull(queues: ["z"]))
        }
        #expect((16...48).contains(served["q"] ?? 0))
    }
}
