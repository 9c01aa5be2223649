import CrashDisk
import Store
import Testing

@testable import StoreSQLite

@Suite struct `SQLite on a crash disk` {
    private let disk = CrashDisk(seed: 1)

    private func open(_ role: Database.Role) throws -> Database {
        try Database(path: disk.path("weir.db"), role: role, disk: CrashFiles(on: disk))
    }

    private func value(_ sql: String, _ database: Database) throws -> Int64? {
        try database.prepare(sql).first { $0.int(0) }
    }

    @Test func `a reader keeps its snapshot while a writer commits`() throws {
        let writer = try open(.writer)
        #expect(try writer.prepare("PRAGMA journal_mode").first { $0.text(0) } == "wal")
        try writer.execute("CREATE TABLE t (x); INSERT INTO t VALUES (1)")
        let reader = try open(.reader)
        try reader.execute("BEGIN")
        #expect(try value("SELECT count(*) FROM t", reader) == 1)
        try writer.execute("INSERT INTO t VALUES (2)")
        #expect(try value("SELECT count(*) FROM t", reader) == 1)
        try reader.execute("COMMIT")
        #expect(try value("SELECT count(*) FROM t", reader) == 2)
    }

    @Test func `the second writer is told that the file is busy`() throws {
        let writer = try open(.writer)
        try writer.execute("CREATE TABLE t (x); BEGIN IMMEDIATE")
        let other = try open(.writer)
        let error = #expect(throws: StoreError.self) { try other.execute("BEGIN IMMEDIATE") }
        #expect(error?.kind == .locked)
        try writer.execute("COMMIT")
        try other.execute("BEGIN IMMEDIATE; COMMIT")
    }

    @Test func `a snapshot holds a checkpoint back, and its end lets it go on`() throws {
        let writer = try open(.writer)
        try writer.execute("CREATE TABLE t (x); INSERT INTO t VALUES (1)")
        let reader = try open(.reader)
        try reader.execute("BEGIN; SELECT * FROM t")
        try writer.execute("INSERT INTO t VALUES (2)")
        let held = try #require(try writer.checkpoint(.passive))
        #expect(held.copiedFrames < held.loggedFrames)
        try reader.execute("COMMIT")
        let whole = try #require(try writer.checkpoint(.passive))
        #expect(whole.copiedFrames == whole.loggedFrames)
    }

    @Test func `connections of a dead process fail, and close`() throws {
        var old: Database? = try open(.writer)
        try old?.execute("CREATE TABLE t (x); BEGIN IMMEDIATE; INSERT INTO t VALUES (1)")
        disk.cutPower()
        #expect(throws: StoreError.self) { try old?.execute("COMMIT") }
        // The dead one's lock is nobody's.
        let next = try open(.writer)
        try next.execute("BEGIN IMMEDIATE; INSERT INTO t VALUES (2); COMMIT")
        old = nil
        #expect(try value("SELECT sum(x) FROM t", next) == 2)
    }

    @Test func `a commit that returned is there after a cut`() throws {
        for _ in 0..<20 {
            let writer = try open(.writer)
            try writer.execute("CREATE TABLE IF NOT EXISTS t (x); INSERT INTO t VALUES (1)")
            disk.cutPower()
        }
        #expect(try value("SELECT count(*) FROM t", open(.reader)) == 20)
    }

    @Test func `a commit of many pages is written in one piece`() throws {
        let writer = try open(.writer)
        try writer.execute("CREATE TABLE t (x)")
        let before = disk.operations
        try writer.execute(
            "BEGIN; INSERT INTO t VALUES (zeroblob(60000)), (zeroblob(30000)); COMMIT")
        // One write and one sync.
        #expect(disk.operations - before == 2)
    }

    @Test func `pages that left the cache before the commit are read again`() throws {
        let writer = try open(.writer)
        try writer.execute("PRAGMA cache_size = 10; CREATE TABLE t (x INTEGER PRIMARY KEY, y)")
        try writer.execute("BEGIN")
        for number in 0..<500 {
            try writer.execute("INSERT INTO t VALUES (\(number), randomblob(1500))")
        }
        try writer.execute("UPDATE t SET y = x || hex(y)")
        #expect(try value("SELECT count(*) FROM t WHERE y LIKE x || '%'", writer) == 500)
        try writer.execute("COMMIT")
        let reader = try open(.reader)
        #expect(try value("SELECT count(*) FROM t WHERE y LIKE x || '%'", reader) == 500)
        #expect(try reader.prepare("PRAGMA integrity_check").first { $0.text(0) } == "ok")
    }

    @Test(arguments: [DiskFault.full, .failedWrite, .shortWrite])
    func `a commit whose one write fails leaves nothing behind`(_ fault: DiskFault) throws {
        let writer = try open(.writer)
        try writer.execute("CREATE TABLE t (x); INSERT INTO t VALUES (1)")
        disk.strike(fault, after: 0)
        #expect(throws: StoreError.self) {
            try writer.execute("BEGIN; INSERT INTO t VALUES (2); COMMIT")
        }
        if !writer.isAutocommit { try writer.execute("ROLLBACK") }
        try writer.execute("INSERT INTO t VALUES (4)")
        #expect(try value("SELECT sum(x) FROM t", writer) == 5)
        #expect(try value("SELECT sum(x) FROM t", open(.reader)) == 5)
    }
}
