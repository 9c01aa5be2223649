import Billing
import Server
import Testing

@testable import CLI

@Suite struct `What serve is told of the payment provider` {
    private func config(
        _ words: [String] = [], _ environment: [String: String] = [:]
    ) throws -> Config {
        try ServeCommand.config(
            try Arguments(words, for: ServeCommand.command) { environment[$0] }
        ) { environment[$0] }
    }

    @Test func `is two weeks of grace, five minutes and test mode by itself`() throws {
        let config = try config()
        #expect(config.graceMilliseconds == 14 * 86_400_000)
        #expect(config.webhookToleranceMilliseconds == 300_000)
        #expect(config.stripeMode == .test)
        #expect(config.webhookSecrets == nil && config.webhookSecretsPath == nil)
    }

    @Test func `is times by flag or environment`() throws {
        let config = try config(["--grace", "3d"], ["WEIR_WEBHOOK_TOLERANCE": "60s"])
        #expect(config.graceMilliseconds == 3 * 86_400_000)
        #expect(config.webhookToleranceMilliseconds == 60_000)
    }

    @Test func `is a list of secrets, or a file of them`() throws {
        let list = try config([], ["STRIPE_WEBHOOK_SECRET": "whsec_a,whsec_b"])
        #expect(list.webhookSecrets?.secrets.count == 2)
        let file = try config([], ["STRIPE_WEBHOOK_SECRET_FILE": "a/file"])
        #expect(file.webhookSecretsPath == "a/file")
    }

    @Test(arguments: [
        ([:], StripeMode.test), (["STRIPE_API_KEY": "sk_live_1"], .live),
        (["STRIPE_API_KEY": "rk_live_1"], .live), (["STRIPE_API_KEY": "sk_test_1"], .test),
        (["STRIPE_MODE": "live"], .live),
        (["STRIPE_MODE": "", "STRIPE_API_KEY": "sk_live_1"], .live),
        (["STRIPE_MODE": "live", "STRIPE_API_KEY": "sk_live_1"], .live),
    ])
    func `is the mode that is said, or that of the key`(
        environment: [String: String], mode: StripeMode
    ) throws {
        #expect(try config([], environment).stripeMode == mode)
    }

    @Test(arguments: [
        ([], ["STRIPE_WEBHOOK_SECRET": ""], "secret 1 is empty"),
        ([], ["STRIPE_WEBHOOK_SECRET": "whsec_a,"], "secret 2 is empty"),
        ([], ["STRIPE_WEBHOOK_SECRET_FILE": ""], "FILE is empty"),
        ([], ["STRIPE_WEBHOOK_SECRET": "a", "STRIPE_WEBHOOK_SECRET_FILE": "b"], "both set"),
        ([], ["STRIPE_MODE": "prod"], "not 'prod'"),
        ([], ["STRIPE_MODE": "test", "STRIPE_API_KEY": "sk_live_1"], "of the other mode"),
        ([], ["STRIPE_MODE": "live", "STRIPE_API_KEY": "sk_test_1"], "of the other mode"),
        (["--test-clock"], ["STRIPE_API_KEY": "sk_live_1"], "--test-clock is refused"),
        (["--webhook-tolerance", "0"], [:], "from 1s to 1d"),
        (["--webhook-tolerance", "25h"], [:], "from 1s to 1d"),
    ])
    func `is refused where it cannot be`(
        words: [String], environment: [String: String], says: String
    ) {
        let error = #expect(throws: Arguments.UsageError.self) {
            _ = try config(words, environment)
        }
        #expect(error?.message.contains(says) == true, "\(error?.message ?? "")")
    }
}
