import Billing
import Core
import Server

/// What `weir serve` is told of the payment provider.
enum ServeBilling {
    static let options = [
        Option(
            "grace", "TIME", environment: "WEIR_GRACE",
            "how long a plan stays whose payment failed; 14d"),
        Option(
            "webhook-tolerance", "TIME", environment: "WEIR_WEBHOOK_TOLERANCE",
            "how far the time of a signed event may be from ours; 300s"),
    ]

    static let variables = [
        (
            name: "STRIPE_WEBHOOK_SECRET",
            help: "what events are signed with, such as whsec_…; several with commas between"
        ),
        (
            name: "STRIPE_WEBHOOK_SECRET_FILE",
            help: "a file with one a line instead, ' until=TIME' behind one that ends"
        ),
        (
            name: "STRIPE_MODE",
            help: "test or live; by the key in STRIPE_API_KEY, else test"
        ),
    ]

    /// Reads it all, or says what cannot be.
    static func read(
        into config: inout Config, _ arguments: Arguments, _ environment: (String) -> String?
    ) throws(Arguments.UsageError) {
        if let time = try time("grace", 0...Limits.durationMillisecondsMax, arguments) {
            config.graceMilliseconds = time
        }
        if let time = try time(
            "webhook-tolerance", 1_000...Limits.webhookToleranceMillisecondsMax, arguments)
        {
            config.webhookToleranceMilliseconds = time
        }
        config.stripeMode = try mode(environment)
        if config.stripeMode.isLive, config.hasTestClock {
            throw Arguments.UsageError(
                message: "--test-clock is refused in live mode: whoever moves the time there"
                    + " changes what people pay for")
        }
        try readSecrets(into: &config, environment)
    }

    private static func readSecrets(
        into config: inout Config, _ environment: (String) -> String?
    ) throws(Arguments.UsageError) {
        let (name, fileName) = ("STRIPE_WEBHOOK_SECRET", "STRIPE_WEBHOOK_SECRET_FILE")
        let (text, path) = (environment(name), environment(fileName))
        guard text == nil || path == nil else {
            throw Arguments.UsageError(
                message: "\(name) and \(fileName) are both set; set the one that counts")
        }
        if let text {
            do throws(WebhookSecretsError) {
                config.webhookSecrets = try WebhookSecrets.list(text)
            } catch {
                throw Arguments.UsageError(message: "\(name) is refused: \(error)")
            }
        }
        if path?.isEmpty == true {
            throw Arguments.UsageError(
                message: "\(fileName) is empty; name a file, or leave it out")
        }
        config.webhookSecretsPath = path
    }

    /// What is said, else what the key is of. A live key beside `test` is a mistake that would
    /// pass over every event.
    private static func mode(
        _ environment: (String) -> String?
    ) throws(Arguments.UsageError) -> StripeMode {
        let key = environment("STRIPE_API_KEY") ?? ""
        let isLiveKey = key.hasPrefix("sk_live_") || key.hasPrefix("rk_live_")
        let isTestKey = key.hasPrefix("sk_test_") || key.hasPrefix("rk_test_")
        guard let text = environment("STRIPE_MODE"), !text.isEmpty else {
            return isLiveKey ? .live : .test
        }
        guard let mode = StripeMode(rawValue: text) else {
            throw Arguments.UsageError(message: "STRIPE_MODE is test or live, not '\(text)'")
        }
        guard mode.isLive ? !isTestKey : !isLiveKey else {
            throw Arguments.UsageError(
                message: "STRIPE_MODE is '\(text)', and the key in STRIPE_API_KEY is of the other"
                    + " mode")
        }
        return mode
    }

    private static func time(
        _ name: String, _ range: ClosedRange<Int64>, _ arguments: Arguments
    ) throws(Arguments.UsageError) -> Int64? {
        guard let text = arguments.value(name) else { return nil }
        guard let milliseconds = DurationText.milliseconds(text), range.contains(milliseconds)
        else {
            throw Arguments.UsageError(
                message: "\(arguments.source(name)) takes a time from"
                    + " \(DurationText.text(range.lowerBound)) to"
                    + " \(DurationText.text(range.upperBound)), not '\(text)'")
        }
        return milliseconds
    }
}
