package import Store

/// The text of an API key: `weir_tenant_` and 43 characters that stand for 32 random bytes.
package enum KeyText {
    private static let digits = [UInt8](
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    /// 256 bits: no list of keys is ever long enough to guess one.
    package static let randomBytesCount = 32

    /// The text of a new key of `scope`.
    package static func make(scope: KeyScope, randomBytes: (Int) -> [UInt8]) -> String {
        let random = randomBytes(randomBytesCount)
        precondition(random.count == randomBytesCount, "the random source gave too few bytes")
        var text = [UInt8]("weir_\(scope.name)_".utf8)
        var bits: UInt32 = 0
        var bitCount = 0
        for byte in random {
            bits = bits << 8 | UInt32(byte)
            bitCount += 8
            while bitCount >= 6 {
                bitCount -= 6
                text.append(digits[Int(bits >> UInt32(bitCount) & 63)])
            }
        }
        text.append(digits[Int(bits << UInt32(6 - bitCount) & 63)])
        return String(decoding: text, as: UTF8.self)
    }
}
