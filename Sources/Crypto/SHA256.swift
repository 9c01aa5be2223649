internal import CCrypto

/// The hash under which keys and requests are remembered.
package enum SHA256 {
    /// How long a hash is.
    package static let byteCount = 32

    /// Fetched once: libcrypto would look for it by name at each hash.
    // SAFETY: it is never changed nor freed, and libcrypto lets all threads use it.
    private nonisolated(unsafe) static let algorithm: OpaquePointer? = unsafe EVP_MD_fetch(
        nil, "SHA256", nil)

    /// The 32 bytes of the hash of `bytes`.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: byteCount)
        let code = unsafe EVP_Digest(bytes, bytes.count, &digest, nil, algorithm, nil)
        precondition(code == 1, "libcrypto has no SHA256, or could not hash")
        return digest
    }
}
