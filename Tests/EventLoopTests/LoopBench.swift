import EventLoop
import Testing

/// Runs `body` with a loop that stops by itself after ten seconds, and checks that nothing of it
/// was left open.
func withLoop(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: (Loop) throws -> Void
) throws {
    let loop = try Loop()
    let guardID = loop.schedule(after: 10_000) {
        Issue.record("the loop did not end within ten seconds", sourceLocation: sourceLocation)
        loop.stop()
    }
    do {
        try body(loop)
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
    }
    loop.cancel(guardID)
    let open = loop.openHandles()
    #expect(open == [], "handles were left open", sourceLocation: sourceLocation)
    #expect(loop.close() == 0, sourceLocation: sourceLocation)
}

extension Loop {
    /// Turns until `condition` holds, or until five seconds have passed.
    func run(
        sourceLocation: SourceLocation = #_sourceLocation, until condition: () -> Bool
    ) {
        var isLate = false
        let id = schedule(after: 5_000) { isLate = true }
        while !condition(), !isLate { runOnce() }
        cancel(id)
        #expect(!isLate, "waited five seconds in vain", sourceLocation: sourceLocation)
    }
}
