import JSON

/// Tells whoever waits for a job's end why it does not start: each reason once.
struct WaitWords {
    private let remote: Remote
    private let id: String
    private var told: Set<String> = []

    /// Words about the job `id`.
    init(_ remote: Remote, _ id: String) {
        self.remote = remote
        self.id = id
    }

    /// Asks the server. One that does not answer is told of by whoever waits.
    mutating func tell() {
        guard
            let document = try? remote.send("GET", JobCommands.path(id) + "/why"),
            let blockers = document.member(document.root, "blockers")
        else { return }
        for blocker in document.elements(of: blockers) {
            let code = text(document, blocker, "code") ?? ""
            let fix = text(document, blocker, "fix")
            // The detail of one reason changes as time goes on, its remedy does not.
            guard !["running", "finished"].contains(code),
                told.insert("\(code) \(fix ?? "")").inserted
            else { continue }
            let words = [text(document, blocker, "detail"), fix]
            Terminal.complain(
                "\(id) waits: " + words.compactMap(\.self).joined(separator: " "))
        }
    }

    private func text(_ document: JSONDocument, _ node: JSONNode, _ name: StaticString) -> String? {
        guard let value = document.member(node, name), value.kind == .string else { return nil }
        return document.text(value)
    }
}
