internal import CCrypto

/// The hash under which keys and requests are remembered.
package enum SHA256 {
    /// How long a hash is.
    package static let byteCount = 32

    /// The 32 bytes of the hash of `bytes`.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: byteCount)
        let code = unsafe EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil)
        precondition(code == 1, "libcrypto could not hash")
        return digest
    }
}
