/// Figures as people read them.
package enum FigureText {
    /// A number with as many decimals as it needs to show three digits or so.
    package static func number(_ value: Double) -> String {
        switch abs(value) {
        case 1_000...: grouped(Int(value.rounded()))
        case 100...: decimal(value, places: 0)
        case 10...: decimal(value, places: 1)
        default: decimal(value, places: 2)
        }
    }

    /// A number with its unit: `12,345/s`, `0.42 ms`.
    package static func value(_ value: Double, _ unit: Measure.Unit) -> String {
        switch unit {
        case .perSecond, .times: number(value) + unit.rawValue
        case .milliseconds, .microseconds, .seconds, .mebibytes: number(value) + " " + unit.rawValue
        }
    }

    /// A target with its unit: `≥ 40,000/s`.
    package static func target(_ target: Measure.Target?, _ unit: Measure.Unit) -> String {
        switch target {
        case .atLeast(let least): "≥ " + whole(least, unit)
        case .lessThan(let bound): "< " + whole(bound, unit)
        case nil: ""
        }
    }

    /// `value` rounded to that many decimals.
    package static func decimal(_ value: Double, places: Int) -> String {
        var scale = 1
        for _ in 0..<places { scale *= 10 }
        let scaled = Int((abs(value) * Double(scale)).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard places > 0 else { return "\(sign)\(scaled)" }
        let fraction = String(scaled % scale)
        let zeros = String(repeating: "0", count: places - fraction.count)
        return "\(sign)\(scaled / scale).\(zeros)\(fraction)"
    }

    private static func whole(_ value: Double, _ unit: Measure.Unit) -> String {
        let isWhole = value == value.rounded()
        let text = isWhole ? grouped(Int(value)) : decimal(value, places: 1)
        switch unit {
        case .perSecond, .times: return text + unit.rawValue
        case .milliseconds, .microseconds, .seconds, .mebibytes: return text + " " + unit.rawValue
        }
    }

    private static func grouped(_ value: Int) -> String {
        guard value >= 1_000 else { return String(value) }
        let rest = String(value % 1_000)
        return grouped(value / 1_000) + "," + String(repeating: "0", count: 3 - rest.count) + rest
    }
}
