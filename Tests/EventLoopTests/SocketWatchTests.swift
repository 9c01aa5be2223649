import EventLoop
import Glibc
import Testing

@Suite struct `The watch of a socket` {
    private func pair() throws -> (ours: Int32, theirs: Int32) {
        var files: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &files) == 0)
        return (files[0], files[1])
    }

    @Test func `tells what it waits for, and nothing else`() throws {
        let (ours, theirs) = try pair()
        defer { for file in [ours, theirs] { close(file) } }
        try withLoop { loop in
            var seen: [SocketWatch.Readiness] = []
            let watch = try SocketWatch(loop: loop, socket: ours) { seen.append($0) }
            try watch.watch(reading: true, writing: false)
            send(theirs, "x", 1, 0)
            loop.run { !seen.isEmpty }
            #expect(seen.allSatisfy { $0.isReadable && !$0.isWritable && !$0.hasFailed })
            seen = []
            try watch.watch(reading: false, writing: true)
            loop.run { !seen.isEmpty }
            #expect(seen.allSatisfy { $0.isWritable && !$0.isReadable })
            seen = []
            try watch.watch(reading: false, writing: false)
            var isOver = false
            loop.schedule(after: 5) { isOver = true }
            loop.run { isOver }
            #expect(seen.isEmpty)
            watch.close()
            watch.close()
        }
    }

    @Test func `may be closed in its own callback, and the socket watched anew`() throws {
        let (ours, theirs) = try pair()
        defer { for file in [ours, theirs] { close(file) } }
        try withLoop { loop in
            var watch: SocketWatch?
            var calls = 0
            for turn in 1...2 {
                watch = try SocketWatch(loop: loop, socket: ours) { _ in
                    calls += 1
                    watch?.close()
                }
                try watch?.watch(reading: false, writing: true)
                loop.run { calls == turn }
            }
            #expect(calls == 2)
        }
    }
}
