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
}
