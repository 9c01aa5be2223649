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

    /// For admin keys: the tenant to act for.
    static let tenantOption = Option("tenant", "ID", "act for this tenant (admin keys)")

    init(_ arguments: Arguments) throws(Arguments.UsageError) {
        let url = arguments.value("url") ?? "http://127.0.0.1:8787"
        guard let key = arguments.value("key") else {
            throw Arguments.UsageError(message: "an API key is needed: --key KEY, or WEIR_KEY")
        }
        client = BlockingClient(baseURL: url, key: key)
        tenant = arguments.value("tenant")
        isJSON = arguments.has("json")
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

/// Escapes what goes into a path or a query.
enum URLText {
    static func escape(_ text: String) -> String {
        var escaped: [UInt8] = []
        for byte in text.utf8 {
            let isPlain =
                (byte >= 48 && byte <= 57) || (byte | 0x20 >= 97 && byte | 0x20 <= 122)
                || [45, 46, 95, 126].contains(byte)
            if isPlain {
                escaped.append(byte)
            } else {
                let digits = Array("0123456789ABCDEF".utf8)
                escaped += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }

    /// A query of the flags that were given.
    static func query(_ arguments: Arguments, _ names: [(flag: String, name: String)]) -> String {
        let parts = names.compactMap { flag, name in
            arguments.value(flag).map { "\(name)=\(escape($0))" }
        }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }
}
