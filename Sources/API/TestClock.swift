import Core
import HTTP
import JSON
import Store

/// `POST /v1/test/clock`: there only with `--test-clock`.
enum TestClock {
    private enum Field: Int, FieldNames {
        case advance, set

        var name: StaticString {
            switch self {
            case .advance: "advance"
            case .set: "set"
            }
        }
    }

    /// Ids hold the time in 41 bits from 2025 on.
    private static let earliest = Timestamp.idEpoch
    private static let latest = Timestamp.idEpoch.adding(65 * 365 * 86_400_000)

    /// Moves the clocks; the answer comes when every timer that is due has committed.
    static func move(_ context: RequestContext) throws(Problem) -> Step {
        var reader = try BodyReader(context.request)
        var advance: Int64?
        var time: Timestamp?
        var fields = try FieldWalk<Field>(body: &reader)
        while let (field, value) = fields.next(&reader) {
            let spot = fields.spot(field)
            switch field {
            case .advance:
                advance = reader.duration(value, spot, 0...Limits.durationMillisecondsMax)
            case .set:
                time = reader.time(value, spot)
            }
        }
        if !reader.hasErrors, (advance == nil) == (time == nil) {
            reader.refuse("$", "give either advance, such as \"31d\", or set, an RFC 3339 time")
        }
        let target = time ?? context.now.adding(advance ?? 0)
        if !reader.hasErrors, !(earliest...latest).contains(target) {
            reader.refuse("$", "the clock would read \(target); ids are made from 2025 to 2090")
        }
        try reader.finish()
        let move: ClockMove =
            if let advance { .advance(milliseconds: advance) } else { .set(time ?? context.now) }
        return .moveClock(move) { now in
            var writer = JSONWriter()
            writer.beginObject()
            writer.time("now", now.wall)
            writer.endObject()
            return .answer(.json(200, writer))
        }
    }
}
