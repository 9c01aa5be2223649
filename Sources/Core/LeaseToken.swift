/// Names a lease and proves that its bearer was given it: the attempt and 64 random bits.
package struct LeaseToken: Hashable, Sendable, CustomStringConvertible {
    package let attempt: AttemptID
    package let secret: UInt64

    /// Joins an attempt with its secret.
    package init(attempt: AttemptID, secret: UInt64) {
        self.attempt = attempt
        self.secret = secret
    }

    /// The token that `text` spells, or nil if it has not the form of one.
    package init?(text: String) {
        let bytes = Array(text.utf8)
        let prefix = Array("lease_".utf8)
        let middle = prefix.count + Base32.digitCount
        guard bytes.count == middle + Base32.digitCount, bytes.starts(with: prefix),
            let attempt = Base32.value(bytes[prefix.count..<middle]), attempt <= Int64.max,
            let secret = Base32.value(bytes[middle...])
        else { return nil }
        self.init(attempt: AttemptID(rawValue: Int64(attempt)), secret: secret)
    }

    package var description: String {
        "lease_" + Base32.text(UInt64(bitPattern: attempt.rawValue)) + Base32.text(secret)
    }
}
