import Core
import Store

/// Everything that the service has asked for, by number, with the bounds of how much that may be.
struct Outstanding {
    private var entries: [EnvelopeID: Pending] = [:]
    private var lastID: UInt64 = 0
    private(set) var parkedPulls = 0
    private var directPulls = 0
    private var weight = Shares(of: Limits.queuedWeightMax)
    private var bytes = Shares(of: Limits.queuedBytesMax)
    private var queries = Shares(of: Limits.queuedQueriesMax)
    private var tickets = Shares(of: Limits.ticketsMax)

    /// Whether a command of this weight and size may join those that wait for the store.
    func room(weight: Int, bytes: Int = 0, of sharer: String?) -> Shares.Room {
        let room = self.weight.room(for: weight, of: sharer)
        return room == .free ? self.bytes.room(for: bytes, of: sharer) : room
    }

    /// Whether a query may join those that wait for the reader.
    func roomForQuery(of sharer: String?) -> Shares.Room {
        queries.room(for: 1, of: sharer)
    }

    /// Whether a pull may join those that wait for work.
    func room(toPark pull: Pull, of sharer: String?) -> Shares.Room {
        tickets.room(for: pull.tickets, of: sharer)
    }

    /// Files what is asked for under the next number.
    mutating func add(_ pending: Pending) -> EnvelopeID {
        lastID += 1
        let id = EnvelopeID(rawValue: lastID)
        entries[id] = pending
        count(pending, by: 1)
        return id
    }

    /// Takes out what was answered.
    mutating func take(_ id: EnvelopeID) -> Pending? {
        guard let pending = entries.removeValue(forKey: id) else { return nil }
        count(pending, by: -1)
        return pending
    }

    /// True for a pull that waits until there is work.
    func isParkedPull(_ id: EnvelopeID) -> Bool { entries[id]?.isParkedPull ?? false }

    /// Nobody waits for this one any more; its reply will still come.
    mutating func orphan(_ id: EnvelopeID) { entries[id]?.exchange = nil }

    /// True if somebody still waits for this one.
    func isAwaited(_ id: EnvelopeID) -> Bool { entries[id]?.exchange != nil }

    /// True if this is a parked pull that was not told yet that it waits no longer; now it is.
    mutating func beginEnd(ofPull id: EnvelopeID) -> Bool {
        guard let pending = entries[id], pending.isParkedPull, !pending.isEnding else {
            return false
        }
        entries[id]?.isEnding = true
        return true
    }

    /// True if this errand still makes sense: a pull can only be ended while it is there.
    func isDue(_ errand: Errand) -> Bool {
        switch errand {
        case .endPull(let id): entries[id] != nil
        case .undelivered: true
        }
    }

    /// The pulls whose numbers are at most `last`: the store may have kept any of them for a later
    /// batch, those that wait for work and those that came when a batch had done its share.
    func pulls(upTo last: EnvelopeID) -> [EnvelopeID] {
        guard parkedPulls + directPulls > 0 else { return [] }
        return entries.filter { $0.key <= last && $0.value.isPull }.map(\.key).sorted()
    }

    private mutating func count(_ pending: Pending, by sign: Int) {
        weight.count(sign * pending.weight, of: pending.sharer)
        bytes.count(sign * pending.bytes, of: pending.sharer)
        switch pending.work {
        case .query: queries.count(sign, of: pending.sharer)
        case .parkedPull(let tickets, _):
            self.tickets.count(sign * tickets, of: pending.sharer)
            parkedPulls += sign
        case .ownPull(true, _): parkedPulls += sign
        case .pull, .ownPull(false, _): directPulls += sign
        case .command, .errand, .clock, .own: break
        }
    }
}

extension Pending {
    /// True for a pull that the store keeps until there is work.
    fileprivate var isParkedPull: Bool {
        switch work {
        case .parkedPull, .ownPull(true, _): true
        case .command, .pull, .ownPull(false, _), .errand, .query, .clock, .own: false
        }
    }

    /// True for any pull.
    fileprivate var isPull: Bool {
        switch work {
        case .parkedPull, .pull, .ownPull: true
        case .command, .errand, .query, .clock, .own: false
        }
    }
}
