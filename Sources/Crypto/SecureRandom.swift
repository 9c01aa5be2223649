internal import CCrypto

/// Random bits that nobody can guess, from the system through libcrypto.
package struct SecureRandom: RandomNumberGenerator, Sendable {
    /// Bits are fetched in blocks: a call for each number would cost more than the number's use.
    private static let blockWords = 64
    private var block: [UInt64] = []

    /// A generator with nothing fetched yet.
    package init() {}

    package mutating func next() -> UInt64 {
        if let word = block.popLast() { return word }
        var bytes = SecureRandom.bytes(SecureRandom.blockWords * 8)[...]
        while bytes.count >= 8 {
            block.append(bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
            bytes = bytes.dropFirst(8)
        }
        return next()
    }

    /// That many random bytes.
    package static func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let code = unsafe RAND_bytes(&bytes, Int32(count))
        precondition(code == 1, "the system has no random bytes to give")
        return bytes
    }
}
