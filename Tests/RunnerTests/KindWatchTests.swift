import Core
import EventLoop
import Glibc
import Programs
import Runner
import Synchronization
import Testing

@Suite(.serialized) struct `A watched folder of jobs` {
    /// Opens a gate for one reader after the other.
    private final class Gate: Sendable {
        private let pipe: (read: Int32, write: Int32)

        init() throws {
            var ends: [Int32] = [-1, -1]
            try #require(Glibc.pipe(&ends) == 0)
            pipe = (ends[0], ends[1])
        }

        deinit {
            close(pipe.read)
            close(pipe.write)
        }

        /// Twenty seconds at most.
        func wait() {
            var end = pollfd(fd: pipe.read, events: Int16(POLLIN), revents: 0)
            var byte: UInt8 = 0
            if poll(&end, 1, 20_000) > 0 { _ = read(pipe.read, &byte, 1) }
        }

        func open() {
            var byte: UInt8 = 1
            _ = write(pipe.write, &byte, 1)
        }
    }

    @Test func `tells what stands in place of a program`() throws {
        try Bench.use { bench in
            let jobs = bench.folder + "/jobs/"
            for name in ["folder", "link", "nothing", "pipe"] { try PlainFolder.make(jobs + name) }
            try PlainFolder.make(jobs + "folder/run")
            try #require(mkfifo(jobs + "pipe/run", 0o755) == 0)
            try #require(symlink("nowhere", jobs + "link/run") == 0)
            let reasons = KindScan.read(bench.folder + "/jobs").catalog.disabled.map(\.reason)
            #expect(reasons.count == 4)
            for (reason, part) in zip(
                reasons, ["is a folder", "is a link to nothing", "has no file 'run'", "a pipe"])
            {
                #expect(reason.contains(part))
            }
        }
    }

    @Test func `says what it leaves out of too many, the same at each look`() throws {
        try Bench.use { bench in
            let jobs = bench.folder + "/jobs"
            for number in 0...Limits.kindsInFolderMax {
                try PlainFolder.make("\(jobs)/k\(9_999 - number)")
            }
            let found = KindScan.read(jobs)
            #expect(found.catalog.disabled.count == Limits.kindsInFolderMax)
            #expect(found.complaint?.contains("'k9999' and those after") == true)
            try #require(rmdir("\(jobs)/k9999") == 0)
            #expect(KindScan.read(jobs).complaint == nil)
        }
    }

    @Test func `is read again while somebody writes into it all the time`() throws {
        try Bench.use { bench in
            try bench.make("busy", "#!/bin/sh\n")
            var names: [String] = []
            let watch = KindWatch(loop: bench.loop, path: bench.folder + "/jobs") { catalog, _ in
                names = catalog.names
            }
            watch.start()
            #expect(names == ["busy"])
            var writes = 0
            var next: DeadlineID?
            func write() {
                writes += 1
                let file = open(bench.folder + "/jobs/busy/state", O_WRONLY | O_CREAT, 0o644)
                _ = Glibc.write(file, "\(writes)", 1)
                close(file)
                next = bench.loop.schedule(after: 20) { write() }
            }
            write()
            try bench.make("new", "#!/bin/sh\n")
            bench.run { names == ["busy", "new"] }
            // It settled in between, at least once in two seconds.
            #expect(writes < 500, "\(writes) writes")
            if let next { bench.loop.cancel(next) }
            watch.close()
        }
    }

    @Test func `does not hold the loop up, however slow it is`() throws {
        try Bench.use { bench in
            try bench.make("a", "#!/bin/sh\n")
            let gate = try Gate()
            let count = Mutex(0)
            var names: [String] = []
            let watch = KindWatch(
                loop: bench.loop, path: bench.folder + "/jobs",
                read: { path in
                    let isFirst = count.withLock { count in
                        count += 1
                        return count == 1
                    }
                    if !isFirst { gate.wait() }
                    return KindScan.read(path)
                }
            ) { catalog, _ in names = catalog.names }
            watch.start()
            #expect(names == ["a"])
            try bench.make("b", "#!/bin/sh\n")
            bench.run { count.withLock { $0 } == 2 }
            // The loop turns while that one waits, and no other is begun beside it.
            var turns = 0
            bench.run {
                turns += 1
                return turns == 20
            }
            #expect(names == ["a"] && count.withLock { $0 } == 2)
            for _ in 0..<10 { gate.open() }
            bench.run { names == ["a", "b"] }
            watch.close()
        }
    }
}
