import Core
import Store
import Testing

@Suite struct KeyTests {
    private func create(_ number: Int, _ grant: KeyGrant) -> Command {
        .createKey(CreateKey(grant: grant, hash: keyHash(number)))
    }

    private func directory(_ bench: StoreBench) throws -> [DirectoryEntry] {
        guard case .directory(let entries) = try bench.query(.directory).rows else {
            throw Unexpected("the query gave no directory")
        }
        return entries
    }

    private func list(_ bench: StoreBench, _ tenant: String?) throws -> [KeyView] {
        guard case .keys(let keys) = try bench.query(.keyList(tenant: tenant)).rows else {
            throw Unexpected("the query gave no keys")
        }
        return keys
    }

    @Test(arguments: StoreKind.all)
    func `a key is added to the directory`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let grant = KeyGrant(scope: .worker, queues: ["mail"], tenants: ["acme"])
        let id = try bench.tell(create(1, grant)).key
        let entry = DirectoryEntry(id: id, hash: keyHash(1), grant: grant)
        #expect(bench.directoryChanges == [.added(entry)])
        try bench.restart()
        #expect(try directory(bench) == [entry])
    }

    @Test(arguments: StoreKind.all)
    func `a key for a tenant that is not there is not made`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        for grant in [
            KeyGrant(scope: .owner, tenant: "ghost"),
            KeyGrant(scope: .worker, tenants: ["acme", "ghost"]),
        ] {
            #expect(try bench.tell(create(1, grant)) == .refused(.tenantUnknown("ghost")))
        }
        #expect(bench.directoryChanges.isEmpty)
    }

    @Test(arguments: StoreKind.all)
    func `keys are listed for their tenant or for none, oldest first`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let free = try bench.tell(create(1, KeyGrant(scope: .admin))).key
        let grant = KeyGrant(scope: .owner, tenant: "acme")
        let first = try bench.tell(create(2, grant)).key
        bench.advance(milliseconds: 5)
        let second = try bench.tell(create(3, grant)).key
        #expect(try list(bench, nil).map(\.id) == [free])
        #expect(
            try list(bench, "acme") == [
                KeyView(id: first, grant: grant, createdAt: StoreBench.noon),
                KeyView(id: second, grant: grant, createdAt: StoreBench.noon.adding(5)),
            ])
        #expect(try Set(directory(bench).map(\.id)) == [free, first, second])
    }

    @Test(arguments: StoreKind.all)
    func `a revoked key is gone`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let id = try bench.tell(create(1, KeyGrant(scope: .tenant, tenant: "acme"))).key
        #expect(try bench.tell(.revokeKey(id, tenant: "acme")).isDone)
        #expect(bench.directoryChanges.last == .removed(hash: keyHash(1)))
        #expect(try directory(bench).isEmpty)
        #expect(try list(bench, "acme").isEmpty)
        #expect(try bench.tell(.revokeKey(id, tenant: "acme")).refusal == .keyUnknown(id))
    }

    @Test(arguments: StoreKind.all)
    func `another tenant's key is unknown`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "pro", "beta": "pro"])
        let id = try bench.tell(create(1, KeyGrant(scope: .tenant, tenant: "acme"))).key
        let free = try bench.tell(create(2, KeyGrant(scope: .admin))).key
        #expect(try bench.tell(.revokeKey(id, tenant: "beta")).refusal == .keyUnknown(id))
        #expect(try bench.tell(.revokeKey(free, tenant: "beta")).refusal == .keyUnknown(free))
        #expect(try directory(bench).count == 2)
        #expect(try bench.tell(.revokeKey(id, tenant: nil)).isDone)
    }

    @Test(arguments: StoreKind.all)
    func `the keys of a deleted tenant go with it`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "pro", "beta": "pro"])
        for (number, tenant) in ["acme", "beta", "acme"].enumerated() {
            try bench.apply(create(number, KeyGrant(scope: .tenant, tenant: tenant)))
        }
        try bench.apply(.deleteTenant(tenant: "acme", force: false))
        #expect(
            Set(bench.directoryChanges.suffix(2))
                == [.removed(hash: keyHash(0)), .removed(hash: keyHash(2))])
        #expect(try directory(bench).map(\.hash) == [keyHash(1)])
    }

    @Test(arguments: StoreKind.all)
    func `a tenant may have a hundred keys`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "pro", "beta": "pro"])
        let grant = KeyGrant(scope: .tenant, tenant: "acme")
        var last: KeyID?
        for number in 1...100 { last = try bench.tell(create(number, grant)).key }
        #expect(try bench.tell(create(101, grant)).refusal == .tooManyKeys("acme", max: 100))
        try bench.apply(create(102, KeyGrant(scope: .tenant, tenant: "beta")))
        try bench.apply(.revokeKey(try #require(last), tenant: nil))
        #expect(try bench.tell(create(103, grant)).refusal == nil)
    }

    @Test(arguments: StoreKind.all)
    func `a thousand keys may belong to nobody`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let grant = KeyGrant(scope: .worker)
        for hundred in 0..<10 {
            let batch = (0..<100).map { bench.envelope(create(hundred * 100 + $0, grant)) }
            let replies = try bench.apply(batch)
            #expect(replies.allSatisfy { $0?.refusal == nil })
        }
        guard case .tooManyKeys(_, let max) = try bench.tell(create(1_000, grant)).refusal else {
            throw Unexpected("one key too many was made")
        }
        #expect(max == 1_000)
    }
}
