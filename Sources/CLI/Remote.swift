import HTTPClient
import JSON

/// A running server, as commands speak to it.
struct Remote {
    private let client: BlockingClient
    private let tenant: String?
    let isJSON: Bool

    /// The flags of every command that speaks to a server.
    static let options = [
        Option("url", "URL", environment: "WEIR_URL", "the server; http://127.0.0.1:8787"),
        Option("key", "KEY", environment: "WEIR_KEY", "the API key"),
        Option(flag: "json", "print the server's answer as it is"),
    ]

    /// Of commands that show a page of a list.
    static let pageOptions = [
        Option("limit", "N", "how many; 50, at most 500"),
        Option("cursor", "CURSOR", "go on where a list ended"),
    ]

    /// For admin keys: the tenant to act for.
    static let tenantOption = Option("tenant", "ID", "act for this tenant (admin keys)")

    init(_ arguments: Arguments) throws(Arguments.UsageError) {
        let url = try arguments.value("url").map { text throws(Arguments.UsageError) in
            try ServerURL.read(text, from: arguments.source("url"))
        }
        guard let key = arguments.value("key") else {
            throw Arguments.UsageError(message: "an API key is needed: --key KEY, or WEIR_KEY")
        }
        try Remote.checkHeader(key, from: arguments.source("key"))
        // Where `--tenant` is a word of the path, it does no harm as a header too.
        tenant = arguments.value("tenant")
        if let tenant { try Remote.checkHeader(tenant, from: "--tenant") }
        client = BlockingClient(baseURL: url ?? "http://127.0.0.1:8787", key: key)
        isJSON = arguments.has("json")
    }

    /// A line end in a header would begin another one. The text may be a key, so it is not shown.
    private static func checkHeader(
        _ text: String, from source: String
    ) throws(Arguments.UsageError) {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Arguments.UsageError(
                message: "\(source) holds a blank, a line end or a letter beyond ASCII; keys and"
                    + " tenants have none")
        }
    }

    /// Sends a request and reads its answer, which is a success or thrown.
    func send(
        _ method: String, _ path: String, body: [UInt8]? = nil, seconds: Int = 30
    ) throws -> JSONDocument {
        let headers = tenant.map { [(name: "Weir-Tenant", value: $0)] } ?? []
        let response = try client.send(
            method, path, body: body, headers: headers, seconds: seconds)
        guard (200..<300).contains(response.status) else { throw APIError(response) }
        return try JSONDocument(validating: response.body.isEmpty ? [0x7B, 0x7D] : response.body)
    }

    /// Asks for a text that is none of JSON.
    func fetch(_ path: String, seconds: Int = 300) throws -> [UInt8] {
        let headers = tenant.map { [(name: "Weir-Tenant", value: $0)] } ?? []
        let response = try client.send("GET", path, body: nil, headers: headers, seconds: seconds)
        guard (200..<300).contains(response.status) else { throw APIError(response) }
        return response.body
    }

    /// Shows an answer: as it is with `--json`, else as `body` does.
    func show(_ document: JSONDocument, _ body: (JSONDocument) -> Void) {
        guard isJSON else { return body(document) }
        Terminal.line(String(decoding: document.bytes, as: UTF8.self))
    }

    /// Shows the items of a list, a row each.
    func showItems(
        _ document: JSONDocument, _ columns: [(title: String, name: StaticString)]
    ) {
        show(document) { document in
            guard let items = document.member(document.root, "items") else { return }
            var rows = [columns.map(\.title)]
            for item in document.elements(of: items) {
                rows.append(columns.map { document.shown(item, $0.name) })
            }
            Terminal.table(rows)
            if let cursor = document.string("next_cursor") {
                Terminal.line("more: --cursor \(cursor)")
            }
        }
    }

    /// Shows the members of one object, a line each.
    func showObject(_ document: JSONDocument, _ names: [StaticString]) {
        show(document) { document in
            Terminal.table(names.map { [$0.description, document.shown(document.root, $0)] })
        }
    }
}
