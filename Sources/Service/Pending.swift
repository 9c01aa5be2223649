import API
import Core
import Store

/// What the service asked for and was not told yet.
struct Pending {
    /// Who asked; nil if the connection has closed since, or if it was the service itself.
    var exchange: ExchangeKey?
    let work: Work
    /// The tenant in whose share of what may wait it counts; nil of what is in none's.
    var sharer: String?
    /// True for a parked pull whose end the store was told of.
    var isEnding = false

    /// What to do with the reply.
    enum Work {
        case command(weight: Int, bytes: Int, then: (Reply) -> Step)
        /// A pull that is answered at once.
        case pull(then: (Reply) -> Step)
        /// A pull that is parked in the store until there is work. It ends by an `endPull`.
        case parkedPull(tickets: Int, then: (Reply) -> Step)
        case errand(Errand)
        /// `since` is the last commit that was known when the query was sent.
        case query(since: UInt64, then: (Rows, UInt64) -> Step)
        case clock(then: (Moment) -> Step)
        /// What the server itself wants done.
        case own(weight: Int, then: (Reply) -> Void)
        /// A pull of the server's own runner; one that waits ends by an `endPull`.
        case ownPull(waits: Bool, then: (Reply) -> Void)
    }

    /// What it counts against the bound of what may wait for the store. A parked pull waits for
    /// work, not for the store, and has a bound of its own.
    var weight: Int {
        switch work {
        case .command(let weight, _, _): weight
        case .own(let weight, _): weight
        case .errand(let errand): errand.command.weight
        case .pull, .ownPull(false, _): 1
        case .parkedPull, .ownPull(true, _), .query, .clock: 0
        }
    }

    /// What it holds in memory until the store has taken it.
    var bytes: Int {
        switch work {
        case .command(_, let bytes, _): bytes
        case .errand, .pull, .parkedPull, .query, .clock, .own, .ownPull: 0
        }
    }
}
