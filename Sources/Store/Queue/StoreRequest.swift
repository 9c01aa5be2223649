/// What is asked of the store's thread.
package enum StoreRequest: Sendable {
    case command(Envelope, arrivedNanoseconds: Int64)
    case moveClock(ClockMove, EnvelopeID)

    var id: EnvelopeID {
        switch self {
        case .command(let envelope, _): envelope.id
        case .moveClock(_, let id): id
        }
    }

    var isHeartbeat: Bool {
        if case .command(let envelope, _) = self { envelope.command.isHeartbeat } else { false }
    }

    var bringsWork: Bool {
        if case .command(let envelope, _) = self { envelope.command.bringsWork } else { false }
    }
}
