import Core
import JSON

/// The body of an event that was written long ago, made as if it happened just now: every time in
/// it is moved by as much, so that what lay between them still does.
enum FreshEvent {
    /// Below this a number is no time, whatever its member is called: it is of 2001.
    private static let secondsMin: Int64 = 1_000_000_000

    /// The body with `created` at this time; nil if it is no JSON, or says no time that it was
    /// created at.
    static func body(_ body: [UInt8], at now: Timestamp) -> [UInt8]? {
        guard let document = try? JSONDocument(validating: body), document.root.kind == .object,
            let created = document.member(document.root, "created").flatMap(document.integer)
        else { return nil }
        let seconds = now.milliseconds.flooredDivision(by: 1_000) - created
        var times: [JSONNode] = []
        find(in: document.root, of: document, &times)
        var moved: [UInt8] = []
        var end = 0
        for node in times {
            guard let time = document.integer(node) else { continue }
            let (sum, isTooMuch) = time.addingReportingOverflow(seconds)
            guard !isTooMuch else { continue }
            moved += body[end..<node.start]
            moved += Array("\(sum)".utf8)
            end = node.end
        }
        return moved + body[end...]
    }

    /// Finds the times below a value, in the order in which they stand there. How deep it goes is
    /// bounded by what was taken for JSON.
    private static func find(
        in node: JSONNode, of document: JSONDocument, _ times: inout [JSONNode]
    ) {
        switch node.kind {
        case .object:
            for (key, value) in document.members(of: node) {
                if let number = document.integer(value), number > secondsMin,
                    isTime(document.text(key))
                {
                    times.append(value)
                } else {
                    find(in: value, of: document, &times)
                }
            }
        case .array:
            for element in document.elements(of: node) { find(in: element, of: document, &times) }
        case .string, .number, .true, .false, .null: break
        }
    }

    private static func isTime(_ name: String) -> Bool {
        ["created", "start", "end", "start_date", "billing_cycle_anchor"].contains(name)
            || ["_at", "_start", "_end"].contains { name.hasSuffix($0) }
    }
}
