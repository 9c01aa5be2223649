package import Core

/// The secrets that events may be signed with, each until its end.
package struct WebhookSecrets: Hashable, Sendable {
    package let secrets: [Secret]

    /// More than two are never in use at a time, and each costs a code of every body.
    package static let countMax = 4
    /// Stripe's have 38 bytes.
    package static let bytesMax = 255

    /// One of them.
    package struct Secret: Hashable, Sendable {
        /// With the prefix `whsec_`, as it is shown.
        package let bytes: [UInt8]
        /// From then on it counts no more.
        package let until: Timestamp?

        /// A secret, and its end if it has one.
        package init(_ text: String, until: Timestamp? = nil) {
            bytes = Array(text.utf8)
            self.until = until
        }

        /// True if it counts at that time.
        package func isInForce(at now: Timestamp) -> Bool { until.map { now < $0 } ?? true }
    }

    /// These secrets, at least one.
    package init(_ secrets: [Secret]) {
        precondition(
            (1...WebhookSecrets.countMax).contains(secrets.count),
            "\(secrets.count) webhook secrets, not 1 to \(WebhookSecrets.countMax)")
        self.secrets = secrets
    }

    /// Reads the comma-separated list of `STRIPE_WEBHOOK_SECRET`.
    package static func list(_ text: String) throws(WebhookSecretsError) -> WebhookSecrets {
        try checked(
            text.split(separator: ",", omittingEmptySubsequences: false).map { ($0, nil) })
    }

    /// Reads the file that `STRIPE_WEBHOOK_SECRET_FILE` names: a secret a line, each with
    /// ` until=RFC3339` behind it if it ends. Empty lines and those that begin with `#` are passed.
    package static func file(_ text: String) throws(WebhookSecretsError) -> WebhookSecrets {
        var entries: [(Substring, Timestamp?)] = []
        for (index, raw) in text.split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline
        )
        .enumerated() {
            let words = raw.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard let secret = words.first, secret.first != "#" else { continue }
            guard words.count > 1 else {
                entries.append((secret, nil))
                continue
            }
            let prefix = "until="
            guard words.count == 2, words[1].hasPrefix(prefix),
                let until = Timestamp(rfc3339: String(words[1].dropFirst(prefix.count)))
            else { throw WebhookSecretsError(.badLine(index + 1)) }
            entries.append((secret, until))
        }
        return try checked(entries)
    }

    /// What looks wrong though it may be right; never a secret itself.
    package var warnings: [String] {
        secrets.enumerated().compactMap { index, secret in
            if secret.bytes.starts(with: "whsec_".utf8) { return nil }
            return secret.bytes.starts(with: "sk_".utf8)
                ? "webhook secret \(index + 1) begins with 'sk_': that is an API key; the secret"
                    + " of the endpoint begins with 'whsec_'"
                : "webhook secret \(index + 1) does not begin with 'whsec_'"
        }
    }

    private static func checked(
        _ entries: [(Substring, Timestamp?)]
    ) throws(WebhookSecretsError) -> WebhookSecrets {
        guard !entries.isEmpty else { throw WebhookSecretsError(.none) }
        var secrets: [Secret] = []
        for (index, entry) in entries.enumerated() {
            let text = String(entry.0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            guard !text.isEmpty else { throw WebhookSecretsError(.empty(index + 1)) }
            guard text.utf8.count <= bytesMax,
                text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
            else { throw WebhookSecretsError(.unprintable(index + 1)) }
            let secret = Secret(text, until: entry.1)
            guard !secrets.contains(where: { $0.bytes == secret.bytes }) else {
                throw WebhookSecretsError(.twice(index + 1))
            }
            secrets.append(secret)
        }
        guard secrets.count <= countMax else { throw WebhookSecretsError(.tooMany(secrets.count)) }
        return WebhookSecrets(secrets)
    }
}
