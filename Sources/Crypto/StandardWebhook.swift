/// Signatures of Standard Webhooks 1.0: who holds the secret knows whose a call is.
package enum StandardWebhook {
    private static let secretPrefix = "whsec_"

    /// A secret as its holder is shown it.
    package static func text(ofSecret secret: [UInt8]) -> String {
        secretPrefix + Base64.text(secret)
    }

    /// The secret that a text shows; nil if it is none.
    package static func secret(_ text: String) -> [UInt8]? {
        guard text.hasPrefix(secretPrefix) else { return nil }
        return Base64.bytes(String(text.dropFirst(secretPrefix.utf8.count)))
    }

    /// The value of `webhook-signature`: one signature for each secret. `seconds` is the time of
    /// the call, since 1970.
    package static func signatures(
        id: String, seconds: Int64, body: [UInt8], secrets: [[UInt8]]
    ) -> String {
        let signed = Array("\(id).\(seconds).".utf8) + body
        return secrets.map { "v1," + Base64.text(HMACSHA256.code(signed, key: $0)) }
            .joined(separator: " ")
    }
}
