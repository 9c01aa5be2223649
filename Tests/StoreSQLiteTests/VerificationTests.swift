import Core
import Glibc
import Store
import Testing

@testable import StoreSQLite

@Suite struct `weir verify` {
    @Test func `a folder with jobs in every place has no fault`() throws {
        let verification = try Verification.run(folder: DamageBench.copy())
        #expect(verification.faults == [])
        #expect(verification.jobs == 21)
    }

    @Test(arguments: Damage.all)
    func `a damaged row is named, and nothing else is`(damage: Damage) throws {
        let folder = try DamageBench.copy()
        try Database(path: folder + "/weir.db", role: .writer).execute(damage.sql)
        let verification = try Verification.run(folder: folder)
        #expect(
            Set(verification.broken.map(\.invariant)) == damage.also.union([damage.invariant]),
            "\(verification.faults)")
        #expect(verification.broken.allSatisfy { $0.examples.first?.isEmpty == false })
        // Numbers that long are ids, which people know in another form.
        for example in verification.broken.flatMap(\.examples) {
            #expect(!example.contains(/\d{15}/), "\(example)")
        }
    }

    @Test(arguments: [
        ("job#0 and att#1", "job_0000000000000 and att_0000000000001"), ("key#x", "key#x"),
        ("job##1", "job##1"), ("#1", "#1"), ("led#2", "led_0000000000002"), ("", ""),
        ("kjob#3", "kjob_0000000000003"), ("grt#4", "grt_0000000000004"),
        ("job#99999999999999999999", "job#99999999999999999999"),
    ])
    func `marks of ids are written as ids`(text: String, written: String) {
        #expect(IDMarks.written(text) == written)
    }

    @Test(arguments: MemoryDamage.all)
    func `a figure in memory that the rows do not bear out is named`(
        damage: MemoryDamage
    ) throws {
        let folder = try DamageBench.copy()
        let files = StoreFiles(folder: folder)
        let database = try Database(path: files.databasePath, role: .verifier)
        try database.execute("BEGIN")
        var check = VerificationCheck(database: database)
        let memory = try #require(try check.memory(files: files))
        var figures = memory.figures
        try check.compare(figures, opening: memory.opening)
        #expect(check.faults.isEmpty, "\(check.faults)")
        damage.change(&figures)
        try check.compare(figures, opening: memory.opening)
        #expect(check.faults.map(\.invariant) == [damage.invariant], "\(check.faults)")
    }

    @Test func `every invariant has a damage that breaks it`() {
        let broken = Damage.all.map(\.invariant) + MemoryDamage.all.map(\.invariant)
        #expect(Set(broken) == Set(Invariant.allCases))
    }

    @Test func `names of invariants are for scripts`() {
        let letters = Set("abcdefghijklmnopqrstuvwxyz_")
        for invariant in Invariant.allCases {
            #expect(invariant.rawValue.allSatisfy(letters.contains), "\(invariant.rawValue)")
        }
    }

    @Test func `a fault says which job, of whom, and what was expected`() throws {
        let folder = try DamageBench.copy()
        let database = try Database(path: folder + "/weir.db", role: .writer)
        try database.execute("UPDATE usage SET used_plan = 2; UPDATE ready SET cost = 7")
        let faults = try Verification.run(folder: folder).faults
        #expect(faults.count == 2)
        #expect(faults[0].hasPrefix("ready_matches_job: "))
        #expect(faults[0].contains("job job_") && faults[0].contains("of tenant "))
        #expect(faults[0].contains("expected line") && faults[0].contains("found line"))
        #expect(faults[1].contains("tenant acme") && faults[1].contains("found 2, 0, 0"))
    }

    @Test func `of many faults the first twenty are shown and all are counted`() throws {
        let bench = try FileBench()
        try bench.run(.createTenant(CreateTenant(id: "acme", plan: "pro")))
        _ = try bench.submit("acme", count: 50)
        try Database(path: bench.files.databasePath, role: .writer).execute("DELETE FROM ready")
        let broken = try Verification.run(folder: bench.folder).broken
        #expect(broken.map(\.invariant) == [.jobInOnePlace])
        #expect(broken.first?.count == 50)
        #expect(broken.first?.examples.count == 20)
    }

    @Test func `pages that were overwritten are told, and the rest is looked at`() throws {
        let folder = try DamageBench.copy()
        let file = try #require(fopen(folder + "/weir.db", "r+"))
        fseek(file, 0, SEEK_END)
        // Every page but those with the schema and the names.
        var offset = 20 * 4_096
        let end = ftell(file)
        try #require(end > offset)
        while offset < end {
            fseek(file, offset, SEEK_SET)
            fwrite(Array(repeating: UInt8(0xA5), count: 4_096), 1, 4_096, file)
            offset += 4_096
        }
        fclose(file)
        let broken = try Verification.run(folder: folder).broken.map(\.invariant)
        #expect(broken.contains(.fileSound))
    }

    @Test func `it looks at one snapshot while the store goes on writing`() throws {
        let bench = try FileBench()
        try bench.run(.createTenant(CreateTenant(id: "acme", plan: "enterprise")))
        for _ in 0..<20 {
            _ = try bench.submit("acme", count: 20)
            let leased = try bench.pull(max: 15)
            try bench.run(.complete(leased.prefix(10).map { Completion(token: $0.token) }))
            bench.files.checkpoint()
            #expect(try Verification.run(folder: bench.folder).faults == [])
        }
    }

    @Test func `a file that is none of ours is refused and not written to`() throws {
        let folder = FileBench.makeFolder()
        #expect(throws: StoreError.self) { _ = try Verification.run(folder: folder) }
        #expect(access(folder + "/weir.db", F_OK) != 0)
        let other = try Database(path: folder + "/weir.db", role: .writer)
        try other.execute("CREATE TABLE theirs (x)")
        #expect(throws: StoreError.self) { _ = try Verification.run(folder: folder) }
    }
}

/// One figure of memory spoilt.
struct MemoryDamage: CustomTestStringConvertible, Sendable {
    let invariant: Invariant
    let change: @Sendable (inout MemoryFigures) -> Void

    var testDescription: String { invariant.rawValue }

    static let all = [
        MemoryDamage(invariant: .memoryWaiting) { $0.tenants[0].waiting += 1 },
        MemoryDamage(invariant: .memoryRunning) { $0.tenants[0].running -= 1 },
        MemoryDamage(invariant: .memoryTracks) { $0.tracks[0].count += 1 },
        MemoryDamage(invariant: .memoryTracks) { _ = $0.tracks.removeLast() },
        MemoryDamage(invariant: .memoryHeads) { $0.tracks[0].head = nil },
        MemoryDamage(invariant: .memoryLeases) { _ = $0.leases.removeLast() },
        MemoryDamage(invariant: .memoryLeases) { $0.leases[0].attempts += 1 },
        MemoryDamage(invariant: .memoryGates) { $0.tenants[0].freshBudget += 1 },
        MemoryDamage(invariant: .memoryGates) { $0.tenants[1].admitsCharged = false },
        MemoryDamage(invariant: .memoryDeadlines) { $0.earliestExpiry = nil },
        MemoryDamage(invariant: .memoryDeadlines) { $0.earliestScheduled = nil },
        MemoryDamage(invariant: .memoryDeadlines) { $0.earliestDeadline = nil },
    ]
}
