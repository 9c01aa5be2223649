/// Durations in messages.
enum Durations {
    /// The largest unit that fits: `500ms`, `5s`, `7d`.
    static func text(_ milliseconds: Int64) -> String {
        let units: [(Int64, String)] = [
            (86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"),
        ]
        guard milliseconds > 0 else { return "0s" }
        for (unit, name) in units where milliseconds % unit == 0 {
            return "\(milliseconds / unit)\(name)"
        }
        return "\(milliseconds)ms"
    }
}
