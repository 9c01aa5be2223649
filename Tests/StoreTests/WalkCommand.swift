import Core
import Store

/// A command of a walk. Two stores draw different secrets, so tokens stand in it by number.
enum WalkCommand {
    case plain(Command, Idempotency?)
    case delete(String, force: Bool)
    case heartbeat([WalkToken], leaseMilliseconds: Int64?)
    case complete([WalkToken], result: [UInt8]?)
    case fail([WalkToken], error: [UInt8]?, JobRun.Retry)
    case release([WalkToken], delayMilliseconds: Int64)
    case undelivered([WalkToken])

    /// A lease that the walk was given, or one with a wrong secret.
    struct WalkToken {
        let number: Int
        let isWrong: Bool

        /// The token as one of the stores knows it.
        func real(_ tokens: [LeaseToken]) -> LeaseToken {
            let token = tokens[number]
            return isWrong
                ? LeaseToken(attempt: token.attempt, secret: token.secret ^ 1) : token
        }
    }

    /// The command for the store that gave out `tokens`.
    func command(_ tokens: [LeaseToken]) -> Command {
        switch self {
        case .plain(let command, _): command
        case .delete(let tenant, let force): .deleteTenant(tenant: tenant, force: force)
        case .heartbeat(let items, let length):
            .heartbeat(
                Heartbeat(tokens: items.map { $0.real(tokens) }, leaseMilliseconds: length))
        case .complete(let items, let result):
            .complete(items.map { Completion(token: $0.real(tokens), result: result) })
        case .fail(let items, let error, let retry):
            .fail(items.map { Failure(token: $0.real(tokens), error: error, retry: retry) })
        case .release(let items, let delay):
            .release(
                Release(tokens: items.map { $0.real(tokens) }, delayMilliseconds: delay))
        case .undelivered(let items): .undelivered(items.map { $0.real(tokens) })
        }
    }

    var idempotency: Idempotency? {
        if case .plain(_, let idempotency) = self { idempotency } else { nil }
    }
}
