import API
import Billing
import Core
import EventLoop

/// Where the secrets of the payment provider's events come from: the operator's file, the
/// environment, or the demo, which makes its own.
struct WebhookSource {
    let path: String?
    private let given: WebhookSecrets?
    private let mode: StripeMode
    private let toleranceMilliseconds: Int64

    /// Why there are no secrets to be had, in one line.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    init(_ config: Config, demo: Demo?) {
        path = config.webhookSecretsPath
        given = config.webhookSecrets ?? demo.map { WebhookSecrets([.init($0.webhookSecret)]) }
        mode = config.stripeMode
        toleranceMilliseconds = config.webhookToleranceMilliseconds
    }

    /// The receiver with the secrets as they are now; nil if none are configured. Blocks for as
    /// long as the disk takes, as the plan file does.
    func read() throws(Fault) -> WebhookReceiver? {
        guard let secrets = try path.map(read) ?? given else { return nil }
        return WebhookReceiver(
            secrets: secrets, mode: mode, toleranceMilliseconds: toleranceMilliseconds)
    }

    private func read(_ path: String) throws(Fault) -> WebhookSecrets {
        let bytes: [UInt8]
        do throws(PlainFile.Fault) {
            bytes = try PlainFile.read(path, bytesMax: Limits.webhookSecretFileBytesMax)
        } catch {
            throw Fault(description: "the file \(path) cannot be read: \(error)")
        }
        guard bytes.count <= Limits.webhookSecretFileBytesMax else {
            throw Fault(
                description: "the file \(path) has more than \(Limits.webhookSecretFileBytesMax)"
                    + " bytes, which no list of webhook secrets has")
        }
        do throws(WebhookSecretsError) {
            return try WebhookSecrets.file(String(decoding: bytes, as: UTF8.self))
        } catch {
            throw Fault(description: "the file \(path) is refused: \(error)")
        }
    }
}
