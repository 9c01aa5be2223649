/// An amount of money, exact to 10⁻⁹.
package struct Price: Hashable, Comparable, Sendable {
    package let nanos: Int64

    private static let nanosPerUnit: Int64 = 1_000_000_000
    private static let decimalsMax = 9
    /// More than any unit costs, and far from where sums of units overflow.
    private static let wholeMax: Int64 = 1_000_000

    /// So many 10⁻⁹.
    package init(nanos: Int64) { self.nanos = nanos }

    /// The price that a decimal such as `0.05` names: at most 9 decimals, less than a million.
    package init?(text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first, parts.count <= 2, Price.isDigits(whole), whole.count <= 7,
            let units = Int64(whole), units < Price.wholeMax
        else { return nil }
        var fraction: Int64 = 0
        if parts.count == 2 {
            guard Price.isDigits(parts[1]), parts[1].count <= Price.decimalsMax,
                let digits = Int64(parts[1])
            else { return nil }
            fraction = digits
            for _ in parts[1].count..<Price.decimalsMax { fraction *= 10 }
        }
        nanos = units * Price.nanosPerUnit + fraction
    }

    package static func < (left: Price, right: Price) -> Bool { left.nanos < right.nanos }

    /// What `units` cost, or nil where that is more than can be counted.
    package func times(_ units: Int64) -> Price? {
        let (product, overflow) = nanos.multipliedReportingOverflow(by: units)
        return overflow ? nil : Price(nanos: product)
    }

    private static func isDigits(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 >= 48 && $0 <= 57 }
    }
}

extension Price: CustomStringConvertible {
    /// `0.05`: as few decimals as say it.
    package var description: String {
        let whole = nanos / Price.nanosPerUnit
        var digits = [UInt8]()
        digits.appendDecimal(nanos % Price.nanosPerUnit, width: Price.decimalsMax)
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return digits.isEmpty ? "\(whole)" : "\(whole)." + String(decoding: digits, as: UTF8.self)
    }
}
