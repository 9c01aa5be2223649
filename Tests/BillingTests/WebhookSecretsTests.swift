import Billing
import Core
import Testing

@Suite struct `The webhook secrets` {
    @Test func `a list is split at its commas`() throws {
        let secrets = try WebhookSecrets.list("whsec_new,whsec_old")
        #expect(secrets.secrets == [.init("whsec_new"), .init("whsec_old")])
    }
}
