import EventLoop
import Testing

/// Runs `body` with a loop that stops by itself after two minutes, and checks that nothing of it
/// was left open.
func withLoop(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: (Loop) throws -> Void
) throws {
    let loop = try Loop()
    let guardID = loop.schedule(after: 120_000) {
        Issue.record("the loop did not end within two minutes", sourceLocation: sourceLocation)
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
    /// Turns until `condition` holds, or until a minute has passed: with a sanitizer all is slow.
    func run(
        sourceLocation: SourceLocation = #_sourceLocation, until condition: () -> Bool
    ) {
        var isLate = false
        let id = schedule(after: 60_000) { isLate = true }
        while !condition(), !isLate { runOnce() }
        cancel(id)
        #expect(!isLate, "waited a minute in vain", sourceLocation: sourceLocation)
    }
}
