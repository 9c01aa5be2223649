import EventLoop
import HTTP
import HTTPServer
import Testing

/// A server on a loop of its own, with a handler that keeps what it gets.
final class ServerBench {
    let loop: Loop
    let server: HTTPServer
    let handler = RecordingHandler()
    let port: Int

    private init(_ limits: HTTPServerLimits) throws {
        loop = try Loop()
        server = HTTPServer(
            loop: loop, limits: limits, parserLimits: HTTPLimits { _ in 1_048_576 },
            handler: handler)
        handler.server = server
        port = try server.listen(host: "127.0.0.1", port: 0)
    }

    /// Runs `body` with a server and its loop, and checks that nothing of them was left open.
    static func run(
        sourceLocation: SourceLocation = #_sourceLocation,
        _ change: (inout HTTPServerLimits) -> Void = { _ in },
        _ body: (ServerBench) throws -> Void
    ) throws {
        var limits = HTTPServerLimits()
        change(&limits)
        let bench = try ServerBench(limits)
        do {
            try body(bench)
        } catch {
            Issue.record(error, sourceLocation: sourceLocation)
        }
        bench.server.closeAll()
        #expect(bench.server.connectionCount == 0, sourceLocation: sourceLocation)
        #expect(bench.server.bufferedBytes == 0, sourceLocation: sourceLocation)
        #expect(
            bench.handler.open == [], "an exchange was forgotten", sourceLocation: sourceLocation)
        let open = bench.loop.openHandles()
        #expect(open == [], sourceLocation: sourceLocation)
        #expect(bench.loop.close() == 0, sourceLocation: sourceLocation)
    }

    /// Turns the loop until `condition` holds, for a minute at most: with a sanitizer all is slow.
    func wait(
        sourceLocation: SourceLocation = #_sourceLocation, until condition: () -> Bool
    ) {
        var isLate = false
        let late = loop.schedule(after: 60_000) { isLate = true }
        while !condition(), !isLate {
            // What the client's end does wakes nobody: look at it every millisecond.
            let tick = loop.schedule(after: 1) {}
            loop.runOnce()
            loop.cancel(tick)
        }
        loop.cancel(late)
        #expect(!isLate, "waited a minute in vain", sourceLocation: sourceLocation)
    }

    /// Lets some time of the loop pass.
    func pass(milliseconds: Int64) {
        var isOver = false
        loop.schedule(after: milliseconds) { isOver = true }
        wait { isOver }
    }

    func connect() throws -> TestClient {
        try TestClient(port: port)
    }
}
