import Core
import Glibc
import Store
import Testing

@testable import StoreSQLite

@Suite struct `Start is recovery` {
    @Test func `a log that was never copied is read again`() throws {
        let bench = try FileBench()
        try bench.run(.createTenant(CreateTenant(id: "acme")))
        _ = try bench.submit("acme", count: 5)
        // Nothing is closed: the log holds everything, as after a power cut.
        let again = try FileBench(folder: copy(bench.folder))
        #expect(try again.pull(max: 10).count == 5)
    }

    @Test func `recovery in place keeps rows, forgets parked pulls and goes on`() throws {
        let bench = try FileBench()
        try bench.run(.createTenant(CreateTenant(id: "acme")))
        _ = try bench.submit("acme", count: 3)
        let leased = try bench.pull(max: 1)
        try bench.engine.recover(at: bench.now)
        guard
            case .leaseOutcomes(let outcomes) = try bench.run(
                .complete([Completion(token: leased[0].token)]))[0]
        else {
            Issue.record("no outcome")
            return
        }
        #expect(outcomes == [.ended(.succeeded, runAt: nil)])
        #expect(try bench.pull(max: 10).count == 2)
    }

    @Test func `a file that is not ours is refused and left alone`() throws {
        let folder = FileBench.makeFolder()
        let other = try Database(path: folder + "/weir.db", role: .writer)
        try other.execute("CREATE TABLE theirs (x)")
        #expect(throws: StoreError.self) { _ = try FileBench(folder: folder) }
        let tables = try other.prepare("SELECT name FROM sqlite_schema").all { $0.text(0) }
        #expect(tables == ["theirs"])
    }

    @Test func `a file of a newer program is refused`() throws {
        let bench = try FileBench()
        bench.rows.close()
        let newer = try Database(path: bench.folder + "/weir.db", role: .writer)
        try newer.execute("PRAGMA user_version = 99")
        #expect(throws: StoreError.self) { _ = try FileBench(folder: bench.folder) }
    }

    @Test func `the lock is for one, and says who has it`() throws {
        let folder = FileBench.makeFolder()
        let first = try LockFile(folder: folder)
        do {
            _ = try LockFile(folder: folder)
            Issue.record("two processes got the lock")
        } catch {
            #expect(error.kind == .locked)
            #expect(error.message.contains("process \(getpid())"))
        }
        withExtendedLifetime(first) {}
    }

    @Test func `a backup is whole and can be served from`() throws {
        let bench = try FileBench()
        try bench.run(.createTenant(CreateTenant(id: "acme")))
        _ = try bench.submit("acme", count: 4)
        let folder = FileBench.makeFolder()
        try bench.files.backUp(to: folder + "/weir.db")
        for suffix in ["-wal", "-shm", ".tmp", ".tmp-wal", ".tmp-shm", ".tmp-journal"] {
            #expect(access(folder + "/weir.db" + suffix, F_OK) != 0, "\(suffix) was left behind")
        }
        _ = try bench.submit("acme", count: 1)
        let restored = try FileBench(folder: folder)
        #expect(try restored.pull(max: 10).count == 4)
        #expect(try Verification.run(folder: folder).faults == [])
    }

    @Test func `a backup never takes the place of a file that is there`() throws {
        let bench = try FileBench()
        let target = FileBench.makeFolder() + "/copy.db"
        try bench.files.backUp(to: target)
        do {
            try bench.files.backUp(to: target)
            Issue.record("the first backup is gone")
        } catch {
            #expect(error.message.contains(target))
        }
    }

    private func copy(_ folder: String) throws -> String {
        let target = FileBench.makeFolder()
        for name in ["weir.db", "weir.db-wal"] {
            guard let source = fopen(folder + "/" + name, "r") else { continue }
            defer { fclose(source) }
            guard let copy = fopen(target + "/" + name, "w") else { continue }
            defer { fclose(copy) }
            var buffer = [UInt8](repeating: 0, count: 1 << 20)
            while case let count = fread(&buffer, 1, buffer.count, source), count > 0 {
                fwrite(buffer, 1, count, copy)
            }
        }
        return target
    }
}
