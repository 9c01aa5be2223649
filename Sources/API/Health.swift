import HTTP
import JSON

/// `/healthz` and `/readyz`: the two that ask for no key.
enum Health {
    /// The loop runs.
    static func alive() -> Step {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("status", "ok")
        writer.endObject()
        return .answer(.json(200, writer))
    }

    /// The store can commit, or why not. A clock that tests may move is never hidden.
    static func ready(scene: Scene, settings: Settings) -> Step {
        var writer = JSONWriter()
        writer.beginObject()
        switch scene.readiness {
        case .ready:
            writer.field("status", "ready")
        case .notReady(let reason):
            writer.field("status", "not_ready")
            writer.field("reason", reason)
        }
        if settings.hasTestClock { writer.field("test_clock", true) }
        writer.endObject()
        switch scene.readiness {
        case .ready:
            return .answer(.json(200, writer))
        case .notReady:
            return .answer(.json(503, writer).with("Retry-After", "1"))
        }
    }
}
