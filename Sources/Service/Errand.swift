import Core
import Store

/// What the service tells the store on its own account; no exchange waits for the reply.
enum Errand {
    /// This pull waits no longer.
    case endPull(EnvelopeID)
    /// The answers that held these leases never arrived.
    case undelivered([LeaseToken])

    var command: Command {
        switch self {
        case .endPull(let id): .endPull(id)
        case .undelivered(let tokens): .undelivered(tokens)
        }
    }
}

/// Errands that the store did not take: they are run again a little later, because a pull that was
/// never ended would keep its peer waiting.
struct FailedErrands {
    private var errands: [Errand] = []
    /// When they are run again, on the real steady clock; nil if there are none.
    private(set) var due: Int64?

    /// What a store that cannot take more, or has failed, is given to come back.
    private static let restMilliseconds: Int64 = 500

    /// Keeps an errand for later.
    mutating func add(_ errand: Errand, at realSteadyMilliseconds: Int64) {
        errands.append(errand)
        due = due ?? realSteadyMilliseconds + FailedErrands.restMilliseconds
    }

    /// Takes out the errands whose time has come.
    mutating func takeDue(at realSteadyMilliseconds: Int64) -> [Errand] {
        guard let due, due <= realSteadyMilliseconds else { return [] }
        self.due = nil
        defer { errands = [] }
        return errands
    }
}
