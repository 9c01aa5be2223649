import HTTPClient
import JSON

/// A refusal by the server.
struct APIError: Error, Equatable {
    let status: Int
    let code: String
    let detail: String
    /// What is wrong with which field of the request, as far as the server says.
    let fields: [Field]

    /// A field of the request and what is wrong with it: `$.delay`, or `?limit`.
    struct Field: Equatable {
        let path: String
        let message: String
    }

    init(_ response: ClientResponse) {
        status = response.status
        let document = try? JSONDocument(validating: response.body)
        code = document?.string("code") ?? "unknown"
        detail =
            document?.string("detail")
            ?? "the server answered \(response.status) without a reason that Weir would give; is a"
            + " Weir server at that address?"
        fields = document.map(APIError.fields) ?? []
    }

    /// The refusal in the words of the command line, where the fault is a flag or word of
    /// `command`; nil where it is not.
    func usageError(of command: Command) -> Arguments.UsageError? {
        if code == "invalid", detail.contains("'Weir-Tenant: ID'") {
            let isFlag = command.options.contains { $0.name == "tenant" }
            return Arguments.UsageError(
                message: "an admin key acts for no tenant by itself; name one with "
                    + (isFlag ? "--tenant ID" : "'weir \(command.name) TENANT'"))
        }
        guard !fields.isEmpty else { return nil }
        var sentences: [String] = []
        for field in fields {
            guard let name = APIError.word(for: field.path, of: command) else { return nil }
            sentences.append("\(name): \(field.message)")
        }
        return Arguments.UsageError(message: sentences.joined(separator: "\n  "))
    }

    /// What happened, for one who gave `command`: where the server names a part of the query that a
    /// flag makes (`?force=true`), the flag is named.
    func sentence(for command: Command) -> String {
        command.options.filter { $0.value == nil }.reduce(detail) { text, option in
            text.replacing("?\(option.name)=true", with: option.flag)
        }
    }

    /// The flag or word that a field of the request was made of.
    private static func word(for path: String, of command: Command) -> String? {
        // The one event that a command tells of is made of words like any other request.
        let event = "$.events[0]."
        let isOfEvent = path.hasPrefix(event)
        let inner = isOfEvent ? path.dropFirst(event.count) : path.drop { "$.?".contains($0) }
        let field = inner.prefix { !".[".contains($0) }
        let words = command.arguments.split(separator: " ").map { $0.filter { !"[]".contains($0) } }
        let word =
            field == "payload" ? "JSON" : isOfEvent && field == "id" ? "EVENT" : field.uppercased()
        if words.contains(word) { return word }
        // --url is the server's, in every command.
        let names = ["max_attempts": "attempts", "url": "to"]
        let name = names[String(field)] ?? String(field.map { $0 == "_" ? "-" : $0 })
        return command.options.first { $0.name == name }?.flag
    }

    private static func fields(_ document: JSONDocument) -> [Field] {
        guard document.root.kind == .object,
            let errors = document.member(document.root, "errors"), errors.kind == .array
        else { return [] }
        return document.elements(of: errors).compactMap { error in
            guard let path = document.string(error, "path"),
                let message = document.string(error, "message")
            else { return nil }
            return Field(path: path, message: message)
        }
    }
}

extension JSONDocument {
    /// The text of a member of the whole, if it is one.
    func string(_ name: StaticString) -> String? { string(root, name) }

    /// The text of a member, if it is one.
    func string(_ object: JSONNode, _ name: StaticString) -> String? {
        guard object.kind == .object, let node = member(object, name), node.kind == .string else {
            return nil
        }
        return text(node)
    }

    /// A member as it may be shown: text without quotes, anything else as JSON, null as a dash.
    func shown(_ object: JSONNode, _ name: StaticString) -> String {
        guard let node = member(object, name), node.kind != .null else { return "-" }
        return node.kind == .string ? text(node) : String(decoding: raw(node), as: UTF8.self)
    }
}
