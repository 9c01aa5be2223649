import Core
import Store

/// Makes columns of values.
enum Encoding {
    /// Joins names in one column: a unit separator, which no name and no tag can hold.
    static let separator: UInt8 = 0x1F

    static func names(_ names: [String]?) -> String? {
        names.map { $0.joined(separator: "\u{1F}") }
    }

    /// Null for the standard policy.
    static func backoff(_ backoff: Backoff) -> String? {
        guard backoff != .standard else { return nil }
        return "\(backoff.growth.rawValue) \(backoff.baseMilliseconds)"
            + " \(backoff.maxMilliseconds) \(backoff.jitterPermille)"
    }

    /// Pairs of metric and units; null where there are none.
    static func spendCaps(_ caps: OverageCaps) -> String? {
        guard !caps.all.isEmpty else { return nil }
        return caps.all.map { "\($0.metric.name)=\($0.units)" }.joined(separator: " ")
    }

    /// Pairs of metric and count; null where there are none.
    static func counts(_ counts: MetricCounts) -> String? {
        guard !counts.all.isEmpty else { return nil }
        return counts.all.map { "\($0.metric.name)=\($0.count)" }.joined(separator: " ")
    }

    static func enforcement(_ enforcement: Enforcement) -> Int64 {
        enforcement.mode.rawValue * 1_000 + enforcement.percent
    }

    /// Eight bytes each, big end first.
    static func integers(_ values: [Int64]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.count * 8)
        for value in values {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: value >> Int64(shift)))
            }
        }
        return bytes
    }

    static func integers(from bytes: [UInt8]) -> [Int64] {
        stride(from: 0, to: bytes.count - 7, by: 8).map { start in
            bytes[start..<start + 8].reduce(Int64(0)) { $0 << 8 | Int64($1) }
        }
    }
}

/// The numbers of job states in `attempts.state_after`.
enum StateCode {
    private static let codes: [(code: Int64, state: JobState)] = [
        (1, .ready), (2, .scheduled), (3, .succeeded), (4, .dead), (5, .canceled),
    ]

    static func code(_ state: JobState) -> Int64 {
        guard let found = codes.first(where: { $0.state == state }) else {
            preconditionFailure("no attempt leaves its job \(state.name)")
        }
        return found.code
    }

    static func state(_ code: Int64) -> JobState? {
        codes.first { $0.code == code }?.state
    }
}
