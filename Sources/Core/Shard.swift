/// The shard that a tenant belongs to: one writer each, once there are several.
package enum Shard {
    /// 0…255, from the tenant's id alone, for ever the same (FNV-1a, folded to a byte).
    package static func of(tenant: String) -> Int64 {
        var hash: UInt32 = 2_166_136_261
        for byte in tenant.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return Int64((hash ^ hash >> 8 ^ hash >> 16 ^ hash >> 24) & 0xFF)
    }
}
