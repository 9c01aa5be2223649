/// The grammars of names that come from outside.
package enum Names {
    /// The operator's own text for a tenant: `[a-z0-9][a-z0-9_-]{0,62}`.
    package static func isTenant(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, bytes.count <= 63, isLowerOrDigit(first) else {
            return false
        }
        return bytes.allSatisfy {
            isLowerOrDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
    }

    /// A kind or a queue: letters, digits, `_ - .`, beginning with a letter or digit, no `..`.
    package static func isKindOrQueue(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, bytes.count <= Limits.nameBytesMax, isLetterOrDigit(first)
        else { return false }
        var previous: UInt8 = 0
        for byte in bytes {
            guard isLetterOrDigit(byte) || byte == 45 || byte == 95 || byte == 46,
                !(byte == 46 && previous == 46)
            else { return false }
            previous = byte
        }
        return true
    }

    /// A plan: looks like a tenant.
    package static func isPlan(_ text: String) -> Bool { isTenant(text) }

    /// What a plan's id must look like, for messages.
    package static let planRule = tenantRule

    /// A metric: `[a-z][a-z0-9_]{0,62}`.
    package static func isMetric(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, bytes.count <= 63, (97...122).contains(first) else {
            return false
        }
        return bytes.allSatisfy { isLowerOrDigit($0) || $0 == UInt8(ascii: "_") }
    }

    /// What a metric must look like, for messages.
    package static let metricRule = "1 to 63 of a-z, 0-9 and '_', beginning with a letter"

    /// An environment variable: `[A-Za-z_][A-Za-z0-9_]*`.
    package static func isVariable(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, bytes.count <= Limits.nameBytesMax else { return false }
        return !(48...57).contains(first)
            && bytes.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "_") }
    }

    /// What an environment variable must look like, for messages.
    package static let variableRule =
        "1 to \(Limits.nameBytesMax) letters, digits and '_', not beginning with a digit"

    /// What a kind or queue must look like, for messages.
    package static let kindOrQueueRule =
        "1 to \(Limits.nameBytesMax) letters, digits, '_', '-' or '.', beginning with a letter or"
        + " digit, without '..'"

    /// What a tenant id must look like, for messages.
    package static let tenantRule =
        "1 to 63 of a-z, 0-9, '_' and '-', beginning with a letter or digit"

    private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
        (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        isLowerOrDigit(byte) || (byte >= 65 && byte <= 90)
    }
}
