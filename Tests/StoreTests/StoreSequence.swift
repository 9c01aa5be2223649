import Billing
import Core
import Glibc
import JSON
import Plans
import Store
import Testing

/// A sequence of `fixtures/stripe` that can be told of many tenants, each with ids of its own.
struct StoreSequence: CustomTestStringConvertible, Sendable {
    let name: String
    let ends: [End]
    /// The bodies, each cut where an id ends.
    private let bodies: [[String]]

    /// What must have come of it at a time.
    struct End: Sendable {
        let at: Timestamp
        let standing: String
    }

    var testDescription: String { name }

    private static let folder =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(separator: "/") + "/fixtures/stripe/"

    /// All of them.
    static let all: [StoreSequence] = {
        do {
            return try read()
        } catch {
            preconditionFailure("the fixtures cannot be read: \(error)")
        }
    }()

    private static func read() throws -> [StoreSequence] {
        let document = try JSONDocument(validating: Array(text("sequences.json").utf8))
        return try document.members(of: document.root).map { key, value in
            let name = document.text(key)
            let ends = try #require(document.member(value, "ends"))
            return StoreSequence(
                name: name,
                ends: try document.elements(of: ends).map { end in
                    func text(_ name: StaticString) throws -> String {
                        document.text(try #require(document.member(end, name)))
                    }
                    return End(
                        at: try #require(Timestamp(rfc3339: try text("at"))),
                        standing: try text("plan") + " " + text("status"))
                },
                bodies: names(in: "sequences/" + name).map { file in
                    cut(text("sequences/\(name)/\(file)"), name)
                })
        }
    }

    /// The events as they happened, of the tenant whose ids end so.
    func events(_ suffix: String) throws -> [ProviderEvent] {
        try bodies.map { parts in
            let body = Array(parts.joined(separator: suffix).utf8)
            let event = try StripeEvent.read(body, mode: .test)
            return ProviderEvent(
                id: event.id, type: event.type, created: event.created, isLive: event.isLive,
                body: body, meaning: event.meaning)
        }
    }

    private static let prefixes = [
        "evt", "sub", "cus", "in", "si", "inpay", "pi", "ch", "cs", "dp", "du", "re", "py",
    ].map { $0 + "_" }

    private static func cut(_ body: String, _ name: String) -> [String] {
        let pieces = body.split(separator: "\"", omittingEmptySubsequences: false)
        var parts = [""]
        for (index, piece) in pieces.enumerated() {
            parts[parts.count - 1] += index > 0 ? "\"" + piece : piece
            let isID = prefixes.contains { piece.hasPrefix($0) } && !piece.contains(" ")
            let key = index > 1 ? pieces[index - 2] : ""
            let isTenant =
                piece == name && ["weir_tenant", "tenant", "client_reference_id"].contains(key)
            if isID || isTenant { parts.append("") }
        }
        return parts
    }

    private static func names(in path: String) -> [String] {
        guard let directory = opendir(folder + path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.first != "." { names.append(name) }
        }
        return names.sorted()
    }

    private static func text(_ path: String) -> String {
        guard let file = fopen(folder + path, "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Plans with the prices of the fixtures.
    static let plans: [PlanDraft] = {
        func price(_ interval: PriceInterval, _ key: String) -> PlanPrice {
            PlanPrice(interval: interval, amount: Price(nanos: 1), currency: "usd", lookupKey: key)
        }
        return [
            plan("free", rank: 0, limit: 10),
            plan("pro", rank: 1, limit: 100) {
                $0.prices = [price(.month, "pro_month"), price(.year, "pro_year")]
            },
            plan("enterprise", rank: 2, limit: nil),
        ]
    }()
}
