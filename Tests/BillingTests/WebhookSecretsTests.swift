import Billing
import Core
import Testing

@Suite struct `The webhook secrets` {
    @Test func `a list is split at its commas`() throws {
        let secrets = try WebhookSecrets.list("whsec_new, whsec_old ")
        #expect(secrets.secrets == [.init("whsec_new"), .init("whsec_old")])
    }

    @Test(
        arguments: [
            ("", .empty(1)), ("  ", .empty(1)), ("whsec_a,", .empty(2)), (",whsec_a", .empty(1)),
            ("whsec_a,whsec_a", .twice(2)), ("whsec_a b", .unprintable(1)),
            ("whsec_é", .unprintable(1)), ("a,b,c,d,e", .tooMany(5)),
            (String(repeating: "x", count: 256), .unprintable(1)),
        ] as [(String, WebhookSecretsError.Cause)])
    func `a list that cannot be meant is refused`(text: String, cause: WebhookSecretsError.Cause) {
        #expect(throws: WebhookSecretsError(cause)) { try WebhookSecrets.list(text) }
    }

    @Test func `a file has a secret a line, each with its end if it has one`() throws {
        let secrets = try WebhookSecrets.file(
            "# ours\n\nwhsec_new\r\n  whsec_old\tuntil=2026-12-01T00:00:00Z  \n")
        #expect(
            secrets.secrets == [
                .init("whsec_new"),
                .init("whsec_old", until: Timestamp(rfc3339: "2026-12-01T00:00:00Z")),
            ])
    }

    @Test(
        arguments: [
            ("", .none), ("# nothing\n", .none), ("whsec_a until=soon", .badLine(1)),
            ("\nwhsec_a 2026-12-01T00:00:00Z", .badLine(2)),
            ("whsec_a until=2026-12-01T00:00:00Z more", .badLine(1)),
            ("whsec_a\nwhsec_a", .twice(2)),
        ] as [(String, WebhookSecretsError.Cause)])
    func `a file that cannot be meant is refused`(text: String, cause: WebhookSecretsError.Cause) {
        #expect(throws: WebhookSecretsError(cause)) { try WebhookSecrets.file(text) }
    }

    @Test func `what looks wrong is said without the secret`() throws {
        #expect(try WebhookSecrets.list("whsec_a").warnings == [])
        let warnings = try WebhookSecrets.list("whsec_a,sk_live_b,c3cr3t").warnings
        #expect(warnings.count == 2)
        #expect(warnings.allSatisfy { !$0.contains("live_b") && !$0.contains("c3cr3t") })
        #expect(warnings[0].contains("API key"))
    }

    @Test func `no refusal shows a secret`() {
        for text in ["whsec_a b", "whsec_a,whsec_a", "whsec_a,,"] {
            let error = #expect(throws: WebhookSecretsError.self) {
                try WebhookSecrets.list(text)
            }
            #expect(error?.description.contains("whsec_a") == false)
        }
    }
}
