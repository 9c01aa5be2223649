import JSON

/// The flags of `weir tenants` that say what a tenant meets past its quota.
enum TenantTerms {
    static let options = [
        Option("on-quota", "hold|reject", "past the quota take submits and hold them, or refuse"),
        Option("pay-as-you-go", "on|off", "go on past the limit and pay, where the plan sells it"),
        Option("spend-cap", "CAPS", "most overage: N jobs, METRIC=N,… or none for the limit's"),
        Option("period", "calendar|anchored", "months, or months from the tenant's own day"),
    ]

    /// The fields of what was given.
    static func write(
        _ arguments: Arguments, into writer: inout JSONWriter
    ) throws(Arguments.UsageError) {
        if let answer = arguments.value("on-quota") { writer.field("on_quota", answer) }
        if let text = arguments.value("pay-as-you-go") {
            guard let isOn = ["on": true, "off": false][text] else {
                throw Arguments.UsageError(
                    message: "--pay-as-you-go: expected on or off, found '\(text)'")
            }
            writer.field("pay_as_you_go", isOn)
        }
        if let caps = arguments.value("spend-cap") { try write(caps: caps, into: &writer) }
        if let period = arguments.value("period") { writer.field("period", period) }
    }

    /// All caps that there are then; without one a metric has the default, which is its limit.
    private static func write(
        caps text: String, into writer: inout JSONWriter
    ) throws(Arguments.UsageError) {
        writer.key("spend_cap")
        writer.beginObject()
        if let jobs = Int64(text) {
            writer.field("jobs", jobs)
        } else if text != "none" {
            for pair in text.split(separator: ",", omittingEmptySubsequences: false) {
                let parts = pair.split(separator: "=", omittingEmptySubsequences: false)
                guard parts.count == 2, !parts[0].isEmpty, Int64(parts[1]) != nil else {
                    throw Arguments.UsageError(
                        message: "--spend-cap: expected a number of jobs, METRIC=N,METRIC=N or"
                            + " none, found '\(text)'")
                }
                writer.key(String(parts[0]))
                writer.numberOrText(String(parts[1]))
            }
        }
        writer.endObject()
    }
}
