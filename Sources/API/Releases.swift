import Core
import HTTP
import JSON
import Store

/// `POST /v1/leases/release`: jobs given back unused.
enum Releases {
    private enum Field: Int, FieldNames {
        case tokens, delay

        var name: StaticString {
            switch self {
            case .tokens: "tokens"
            case .delay: "delay"
            }
        }
    }

    /// Gives jobs back; no attempt is used.
    static func release(_ context: RequestContext) throws(Problem) -> Step {
        var reader = try BodyReader(context.request)
        var fields = try FieldWalk<Field>(body: &reader)
        var items = LeaseItems()
        var hasTokens = false
        var delay: Int64 = 0
        while let (field, value) = fields.next(&reader) {
            let spot = fields.spot(field)
            switch field {
            case .tokens:
                hasTokens = true
                let list = reader.elements(
                    reader.required(value, spot), spot, 1...Limits.batchItemsMax)
                guard let list else { continue }
                for (index, node) in list.enumerated() {
                    _ = items.add(node, spot.element(index), &reader)
                }
            case .delay:
                delay = reader.duration(value, spot, 0...Limits.runAtAheadMillisecondsMax) ?? delay
            }
        }
        if !hasTokens { reader.refuse("$.tokens", "is missing; give a list of lease tokens") }
        try reader.finish()
        let release = Release(tokens: items.tokens, delayMilliseconds: delay)
        let sent = items
        return .command(.release(release), nil) { reply in
            guard case .leaseOutcomes(let outcomes) = reply else {
                return .unfulfilled(reply, of: "release")
            }
            return .answer(sent.answer(outcomes, to: "release"))
        }
    }
}
