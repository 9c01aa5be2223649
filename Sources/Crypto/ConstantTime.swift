internal import CCrypto

/// Comparisons whose time says nothing of where the difference is.
package enum ConstantTime {
    /// True if both are the same bytes. Only the lengths are compared openly.
    package static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe CRYPTO_memcmp(left, right, left.count) == 0
    }
}
