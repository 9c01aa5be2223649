import EventLoop
import Glibc
import Testing

@Suite(.serialized) struct `The watcher of signals` {
    @Test func `a signal calls back on the loop`() throws {
        try withLoop { loop in
            var count = 0
            let watcher = try SignalWatcher(loop: loop, .hangUp) { count += 1 }
            kill(getpid(), SIGHUP)
            loop.run { count > 0 }
            #expect(count == 1)
            watcher.close()
            watcher.close()
        }
    }

    @Test func `a write to a peer that is gone does not end a process that ignores broken pipes`()
        async
    {
        await #expect(processExitsWith: .success) {
            ProcessLimits.ignoreFailedWrites()
            var pair: [Int32] = [0, 0]
            guard pipe(&pair) == 0, close(pair[0]) == 0 else { exit(1) }
            guard write(pair[1], "x", 1) == -1, errno == EPIPE else { exit(2) }
            exit(0)
        }
    }
}
