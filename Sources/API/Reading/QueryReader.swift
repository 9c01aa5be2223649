import Core
import HTTP

/// Reads the parameters behind the question mark and collects all that is wrong with them.
struct QueryReader {
    private let parameters: [(name: String, value: String)]
    private var errors: [FieldError] = []

    /// Takes the parameters of a request that may have these.
    init(_ request: Request, known: [String]) {
        parameters = request.query.map { (name: $0.name, value: $0.value) }
        var seen: [String] = []
        for (name, _) in parameters {
            let shown = name.clamped(bytesMax: 100)
            if !known.contains(name) {
                let what = known.isEmpty ? "none" : known.joined(separator: ", ")
                refuse(shown, "is not a known parameter; known: \(what)")
            } else if seen.contains(name) {
                refuse(shown, "is there twice; give it once")
            }
            seen.append(name)
        }
    }

    /// Ends the reading: 422 if anything was wrong.
    func finish() throws(Problem) {
        if !errors.isEmpty { throw .invalid(errors) }
    }

    /// The value of a parameter.
    func text(_ name: String) -> String? { parameters.first { $0.name == name }?.value }

    /// The value as `convert` understands it; what it does not is noted as wrong.
    mutating func value<Value>(
        _ name: String, expected: String, _ convert: (String) -> Value?
    ) -> Value? {
        guard let text = text(name) else { return nil }
        if let value = convert(text) { return value }
        refuse(name, "expected \(expected), found '\(text.clamped(bytesMax: 100))'")
        return nil
    }

    /// How many rows a list shows.
    mutating func limit() -> Int {
        value("limit", expected: "an integer from 1 to \(Limits.listPageMax)") { text in
            Int(text).flatMap { (1...Limits.listPageMax).contains($0) ? $0 : nil }
        } ?? Limits.listPageDefault
    }

    /// How long a call may wait, in milliseconds.
    mutating func wait() -> Int64 {
        let most = Limits.jobWaitMillisecondsMax
        return value("wait", expected: "a duration from 0s to \(DurationText.text(most))") { text in
            DurationText.milliseconds(text).flatMap { $0 <= most ? $0 : nil }
        } ?? 0
    }

    /// Where a list goes on: the id that the page before ended with.
    mutating func cursor<ID: Identifier>(_ type: ID.Type) -> ID? {
        value("cursor", expected: "the next_cursor of a page of this list") { ID(text: $0) }
    }

    /// A period such as `2026-11`, or `2026-11-15` for one that begins on that day.
    mutating func period() -> String? {
        value("period", expected: "a period such as 2026-11 or 2026-11-15") {
            Period.isText($0) ? $0 : nil
        }
    }

    /// A metric that some plan names, or named.
    mutating func metric(in catalog: PlanCatalog) -> Metric? {
        let known = catalog.metrics.map(\.name).joined(separator: ", ")
        return value("metric", expected: "a metric that a plan names, which are \(known)") {
            let metric = Metric(name: $0)
            return catalog.type(of: metric) == nil ? nil : metric
        }
    }

    /// True if a switch is on.
    mutating func flag(_ name: String) -> Bool {
        value(name, expected: "true or false") { ["true": true, "false": false][$0] } ?? false
    }

    /// Notes what is wrong with a parameter.
    mutating func refuse(_ name: String, _ message: String) {
        errors.append(FieldError(path: "?\(name)", message: message))
    }
}
