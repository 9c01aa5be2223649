import Core
import JSON

/// Reads how long a failed job waits: `{"type":"exponential","base":15,"max":3600,"jitter":0.2}`.
enum BackoffFields {
    private enum Field: Int, FieldNames {
        case type, base, max, jitter

        var name: StaticString {
            switch self {
            case .type: "type"
            case .base: "base"
            case .max: "max"
            case .jitter: "jitter"
            }
        }
    }

    /// The policy at `place`; what is left out is as in the standard one.
    static func read(_ node: JSONNode, at place: Place, _ reader: inout BodyReader) -> Backoff {
        let durations = 0...Limits.backoffMillisecondsMax
        var growth = Backoff.standard.growth
        var base = Backoff.standard.baseMilliseconds
        var most: Int64?
        var jitter = Backoff.standard.jitterPermille
        var fields = FieldWalk<Field>(node, at: place, &reader)
        while let (field, value) = fields.next(&reader) {
            let spot = fields.spot(field)
            switch field {
            case .type: growth = readGrowth(value, spot, &reader) ?? growth
            case .base: base = reader.duration(value, spot, durations) ?? base
            case .max: most = reader.duration(value, spot, durations)
            case .jitter: jitter = readJitter(value, spot, &reader) ?? jitter
            }
        }
        return Backoff(
            growth: growth, baseMilliseconds: base,
            maxMilliseconds: most ?? max(base, Backoff.standard.maxMilliseconds),
            jitterPermille: jitter)
    }

    private static func readGrowth(
        _ node: JSONNode, _ spot: Spot, _ reader: inout BodyReader
    ) -> Backoff.Growth? {
        guard node.kind != .null else { return nil }
        if reader.document.isText(node, "exponential") { return .exponential }
        if reader.document.isText(node, "fixed") { return .fixed }
        reader.expected("'exponential' or 'fixed'", found: node, at: spot.path)
        return nil
    }

    /// The random share, kept in thousandths.
    private static func readJitter(
        _ node: JSONNode, _ spot: Spot, _ reader: inout BodyReader
    ) -> Int64? {
        guard node.kind != .null else { return nil }
        guard let share = reader.document.number(node), (0...1).contains(share) else {
            reader.expected("a number from 0 to 1", found: node, at: spot.path)
            return nil
        }
        return Int64((share * 1_000).rounded())
    }
}
