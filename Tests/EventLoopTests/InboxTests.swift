import EventLoop
import Testing
import Threads

@Suite struct `The inbox` {
    @Test func `what was posted before the loop turned comes as one batch, in order`() throws {
        try withLoop { loop in
            var batches: [[Int]] = []
            let inbox = try Inbox<Int>(loop: loop) { batches.append($0) }
            for value in 1...3 { #expect(inbox.slot.post(value)) }
            #expect(inbox.slot.post(contentsOf: [4, 5]))
            loop.run { !batches.isEmpty }
            #expect(batches == [[1, 2, 3, 4, 5]])
            inbox.close()
        }
    }

    @Test func `nothing is lost between four threads and the loop`() throws {
        try withLoop { loop in
            let perThread = 5_000
            var seen: [Int] = []
            let inbox = try Inbox<Int>(loop: loop) { seen += $0 }
            let slot = inbox.slot
            let threads = try (0..<4).map { index in
                try Thread(name: "test-post") {
                    for step in 0..<perThread { slot.post(index * perThread + step) }
                }
            }
            loop.run { seen.count == 4 * perThread }
            for thread in threads { thread.join() }
            #expect(seen.sorted() == Array(0..<4 * perThread))
            inbox.close()
        }
    }

    @Test func `a post after the close is dropped and says so`() throws {
        try withLoop { loop in
            let inbox = try Inbox<Int>(loop: loop) { _ in Issue.record("a value came") }
            let slot = inbox.slot
            #expect(slot.post(1))
            inbox.close()
            inbox.close()
            #expect(!slot.post(2))
            #expect(!slot.post(contentsOf: [3]))
        }
    }

    @Test func `threads may post while the loop closes the inbox`() throws {
        for _ in 0..<50 {
            try withLoop { loop in
                let inbox = try Inbox<Int>(loop: loop) { _ in }
                let slot = inbox.slot
                let thread = try Thread(name: "test-late") {
                    var posts = 0
                    while slot.post(posts) { posts += 1 }
                }
                loop.runOnce()
                inbox.close()
                thread.join()
            }
        }
    }

    @Test func `an inbox may be closed by its own values`() throws {
        try withLoop { loop in
            var inbox: Inbox<Int>?
            var count = 0
            inbox = try Inbox<Int>(loop: loop) { _ in
                count += 1
                inbox?.close()
            }
            inbox?.slot.post(1)
            loop.run { count == 1 }
            inbox = nil
        }
    }
}
