package import Core
internal import Crypto

/// Whether the header `Stripe-Signature` says that a body comes from somebody who has a secret.
package enum WebhookSignature {
    package static let headerBytesMax = 4_096
    package static let signaturesMax = 16
    package static let timestampDigitsMax = 12

    /// What came of a check.
    package enum Verdict: Hashable, Sendable {
        /// The secret with this index made it at that time.
        case signed(secret: Int, at: Timestamp)
        /// Nobody who may has signed this now. The cause is for our log only.
        case refused(Cause)
    }

    /// Why a body is refused.
    package enum Cause: Error, Hashable, Sendable {
        case noHeader
        case headerTooLong(bytes: Int)
        case noTimestamp
        case severalTimestamps
        case badTimestamp
        case noSignature
        case tooManySignatures(Int)
        /// No secret counts any longer.
        case noSecret
        /// Signed by a secret of ours, that long ago.
        case tooOld(milliseconds: Int64)
        /// Signed by a secret of ours, for a time that far ahead.
        case tooNew(milliseconds: Int64)
        case mismatch
    }

    /// Checks a body as it came off the wire. The time that it takes tells nothing of secrets.
    package static func check(
        header: String?, body: [UInt8], secrets: WebhookSecrets, now: Timestamp,
        toleranceMilliseconds: Int64
    ) -> Verdict {
        let parts: SignatureParts
        do throws(WebhookSignature.Cause) {
            parts = try SignatureParts(header: header)
        } catch {
            return .refused(error)
        }
        guard secrets.secrets.contains(where: { $0.isInForce(at: now) }) else {
            return .refused(.noSecret)
        }
        // Every signature is compared with the code of every secret, whatever matched before.
        var matched: Int?
        for (index, secret) in secrets.secrets.enumerated() where secret.isInForce(at: now) {
            let code = WebhookSigner.code(
                timestamp: parts.timestamp, body: body, secret: secret.bytes)
            let wanted = Array(Hex.text(code).utf8)
            #if Mutants
                let candidates = parts.candidates.prefix(
                    Mutant.firstSignatureOnly.isIn ? 1 : parts.candidates.count)
            #else
                let candidates = parts.candidates
            #endif
            for candidate in candidates {
                let isEqual = ConstantTime.areEqual(candidate, wanted)
                matched = isEqual ? matched ?? index : matched
            }
        }
        guard let matched else { return .refused(.mismatch) }
        // Twelve digits of seconds are far from where milliseconds overflow.
        let at = Timestamp(milliseconds: parts.seconds * 1_000)
        let age = now.since(at)
        if age > toleranceMilliseconds { return .refused(.tooOld(milliseconds: age)) }
        if age < -toleranceMilliseconds { return .refused(.tooNew(milliseconds: -age)) }
        return .signed(secret: matched, at: at)
    }
}

extension WebhookSignature.Cause {
    /// The name in our log.
    package var name: String {
        switch self {
        case .noHeader: "no_header"
        case .headerTooLong: "header_too_long"
        case .noTimestamp: "no_timestamp"
        case .severalTimestamps: "several_timestamps"
        case .badTimestamp: "bad_timestamp"
        case .noSignature: "no_signature"
        case .tooManySignatures: "too_many_signatures"
        case .noSecret: "no_secret"
        case .tooOld: "too_old"
        case .tooNew: "too_new"
        case .mismatch: "mismatch"
        }
    }
}
