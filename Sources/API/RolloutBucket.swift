import Crypto

/// A tenant's place in the roll-out of enforcement. It comes from the id alone, so that a greater
/// percentage only adds tenants.
package enum RolloutBucket {
    /// 0 to 99: the first four bytes of SHA-256 of the id, big end first, modulo 100.
    package static func of(tenant: String) -> Int64 {
        let hash = SHA256.hash([UInt8](tenant.utf8))
        return Int64(hash.prefix(4).reduce(0) { $0 << 8 | UInt32($1) } % 100)
    }
}
