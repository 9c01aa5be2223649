internal import CCrypto

/// The code by which whoever holds a secret is known as the writer of a message (RFC 2104).
package enum HMACSHA256 {
    /// The 32 bytes of the code of `message` under `key`.
    package static func code(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: SHA256.byteCount)
        let made = unsafe HMAC(
            EVP_sha256(), key, Int32(key.count), message, message.count, &code, nil)
        precondition(unsafe made != nil, "libcrypto could not make a code")
        return code
    }
}
