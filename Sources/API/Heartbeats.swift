import Core
import HTTP
import JSON
import Store

/// `POST /v1/leases/heartbeat`: a worker is still at work on these.
enum Heartbeats {
    private enum Field: Int, FieldNames {
        case leases, lease

        var name: StaticString {
            switch self {
            case .leases: "leases"
            case .lease: "lease"
            }
        }
    }

    private enum ItemField: Int, FieldNames {
        case token, progress, log, logStart

        var name: StaticString {
            switch self {
            case .token: "token"
            case .progress: "progress"
            case .log: "log"
            case .logStart: "log_start"
            }
        }
    }

    /// Renews leases. The answer is 200 always: each lease has its own state in it.
    static func renew(_ context: RequestContext) throws(Problem) -> Step {
        var reader = try BodyReader(context.request)
        var fields = try FieldWalk<Field>(body: &reader)
        var items = LeaseItems()
        var news: [LeaseNews] = []
        var hasLeases = false
        var lease: Int64?
        while let (field, value) = fields.next(&reader) {
            let spot = fields.spot(field)
            switch field {
            case .leases:
                hasLeases = true
                let list = reader.elements(
                    reader.required(value, spot), spot, 0...Limits.batchItemsMax)
                guard let list else { continue }
                for (index, node) in list.enumerated() {
                    read(node, at: .element(index, of: field.name), &items, &news, &reader)
                }
            case .lease:
                lease = reader.lease(value, spot)
            }
        }
        if !hasLeases { reader.refuse("$.leases", "is missing; give a list of leases") }
        try reader.finish()
        guard !items.tokens.isEmpty else { return .answer(answer(items, [])) }
        let heartbeat = Heartbeat(tokens: items.tokens, leaseMilliseconds: lease, news: news)
        let sent = items
        return .command(.heartbeat(heartbeat), nil) { reply in
            guard case .heartbeats(let outcomes) = reply else {
                return .unfulfilled(reply, of: "heartbeat")
            }
            return .answer(answer(sent, outcomes))
        }
    }

    private static func read(
        _ node: JSONNode, at place: Place, _ items: inout LeaseItems, _ news: inout [LeaseNews],
        _ reader: inout BodyReader
    ) {
        var hasToken = false
        var progress: Progress?
        var log: [String] = []
        var logStart: Int?
        var fields = FieldWalk<ItemField>(node, at: place, &reader)
        while let (field, value) = fields.next(&reader) {
            let spot = fields.spot(field)
            switch field {
            case .token:
                hasToken = true
                _ = items.add(value, spot, &reader)
            case .progress where value.kind == .null:
                continue
            case .progress:
                progress = ProgressFields.read(value, at: place.inside(field.name), &reader)
            case .log:
                log = lines(value, spot, &reader)
            case .logStart:
                logStart = reader.integer(value, spot, 0...Limits.logStartMax)
            }
        }
        if !hasToken { reader.missingToken(node, at: place) }
        guard hasToken, progress != nil || !log.isEmpty else { return }
        news.append(
            LeaseNews(
                item: items.tokens.count - 1, progress: progress, log: log,
                logStart: logStart.map(Int64.init)))
    }

    private static func lines(
        _ node: JSONNode, _ spot: Spot, _ reader: inout BodyReader
    ) -> [String] {
        guard let list = reader.elements(node, spot, 0...Limits.logLinesPerHeartbeatMax) else {
            return []
        }
        var lines: [String] = []
        for (index, element) in list.enumerated() {
            let spot = spot.element(index)
            if let line = reader.string(reader.required(element, spot), spot) {
                lines.append(line)
            }
        }
        return lines
    }

    private static func answer(_ items: LeaseItems, _ outcomes: [HeartbeatOutcome]) -> Response {
        precondition(
            outcomes.count == items.tokens.count,
            "\(items.tokens.count) leases were renewed, \(outcomes.count) were answered")
        var writer = JSONWriter(capacity: 16 + outcomes.count * 128)
        writer.beginObject()
        writer.key("results")
        writer.beginArray()
        for (index, outcome) in outcomes.enumerated() {
            writer.beginObject()
            writer.field("token", items.text(index))
            switch outcome {
            case .extended(let until):
                writer.field("state", "extended")
                writer.time("expires_at", until)
            case .cancel(let until):
                writer.field("state", "cancel")
                writer.time("expires_at", until)
            case .lost:
                writer.field("state", "lost")
                writer.time("expires_at", nil)
            }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return .json(200, writer)
    }
}
