package import Core
internal import Crypto

/// Signs bodies as Stripe does: for tests, for `weir webhooks send`, and for the demo.
package enum WebhookSigner {
    /// The value of `Stripe-Signature`, with a signature for each secret.
    package static func header(body: [UInt8], secrets: [String], at time: Timestamp) -> String {
        let seconds = time.milliseconds.flooredDivision(by: 1_000)
        return secrets.reduce("t=\(seconds)") { header, secret in
            header + ",v1="
                + Hex.text(code(timestamp: "\(seconds)", body: body, secret: Array(secret.utf8)))
        }
    }

    /// The code of `<timestamp>.<body>`.
    static func code(timestamp: String, body: [UInt8], secret: [UInt8]) -> [UInt8] {
        HMACSHA256.code(Array(timestamp.utf8) + [UInt8(ascii: ".")] + body, key: secret)
    }
}
