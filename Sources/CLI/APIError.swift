import HTTPClient
import JSON

/// A refusal by the server.
struct APIError: Error, Equatable {
    let status: Int
    let code: String
    let detail: String

    init(_ response: ClientResponse) {
        status = response.status
        let document = try? JSONDocument(validating: response.body)
        code = document?.string("code") ?? "unknown"
        detail =
            document?.string("detail")
            ?? "the server answered \(response.status) without a reason that Weir would give"
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
