package import Billing
import Core

/// What a server is started with.
package struct Config: Sendable {
    package var dataPath = "./data"
    package var host = "127.0.0.1"
    package var port = 8_787
    /// JSON for programs or text for people; nil chooses by whether stderr is a terminal.
    package var logFormat: LogFormat?
    /// How long answers and leases of own children are waited for at the end.
    package var drainMilliseconds: Int64 = 30_000
    /// The folder with the programs of jobs.
    package var jobsPath: String?
    /// Programs at once; 0 turns the runner off.
    package var runners = 0
    package var isDemo = false
    package var hasTestClock = false
    /// Events may go to addresses that are not on the public internet.
    package var allowsPrivateWebhooks = false
    /// The admin key from the environment; nil makes one and keeps it in the data folder.
    package var adminKey: String?
    /// The file that says which plans there are, read again on SIGHUP; nil is the built-in one.
    package var plansPath: String?

    /// The secrets of the environment that the payment provider's events are signed with.
    package var webhookSecrets: WebhookSecrets?
    /// The file that holds them instead, read again on SIGHUP.
    package var webhookSecretsPath: String?
    package var webhookToleranceMilliseconds = Limits.webhookToleranceMillisecondsDefault
    package var stripeMode = StripeMode.test
    /// How long a tenant keeps its plan whose payment failed.
    package var graceMilliseconds = Limits.graceMillisecondsDefault

    /// A shorter admin key could be guessed.
    package static let adminKeyBytesMin = 32

    /// What keeps a text from being an admin key, to stand after its name; nil if nothing does.
    package static func fault(ofAdminKey key: String) -> String? {
        if key.utf8.count < adminKeyBytesMin {
            return
                "has \(key.utf8.count) bytes; it needs at least \(adminKeyBytesMin), for it may do"
                + " everything"
        }
        guard key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return "holds a blank, a line end or a letter beyond ASCII, which no request can carry"
        }
        return nil
    }

    /// True if the server does jobs itself.
    package var hasRunner: Bool { jobsPath != nil && runners > 0 }

    /// The host by which a client on this machine reaches a server that listens at `host`.
    package var reachableHost: String {
        switch host {
        case "0.0.0.0": "127.0.0.1"
        case "::": "[::1]"
        default: host.contains(":") ? "[\(host)]" : host
        }
    }

    /// The defaults of API §1.
    package init() {}
}

/// How log lines look.
package enum LogFormat: String, Sendable, CaseIterable {
    case json
    case text
}
