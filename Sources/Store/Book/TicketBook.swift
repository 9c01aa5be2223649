/// A parked pull.
struct Ticket {
    /// The pull's command; it is answered when the ticket is served.
    let envelope: EnvelopeID
    let pull: Pull
    /// Which of its queues it begins with.
    let turn: UInt64
}

/// The parked pulls, found by the work that they wait for. Numbers grow in the order of arrival.
struct TicketBook {
    private var tickets: [UInt64: Ticket] = [:]
    private var numbers: [EnvelopeID: UInt64] = [:]
    /// Those that were looked at. Most pulls get what there is at once, and are never filed here.
    private var waiting: [Interest: [UInt64]] = [:]
    private var lastNumber: UInt64 = 0
    private var turns = QueueTurns()
    /// Tickets that came since they were last looked at; older ones wait for a line to wake.
    private var untried: [UInt64] = []

    /// What a ticket takes: of a queue one kind or any, of one tenant or any.
    private struct Interest: Hashable {
        let queue: String
        let kind: String?
        let tenant: String?
    }

    var isEmpty: Bool { tickets.isEmpty }

    var count: Int { tickets.count }

    /// Every pull that waits, in the order of arrival.
    var all: [Ticket] { tickets.sorted { $0.key < $1.key }.map(\.value) }

    subscript(number: UInt64) -> Ticket? { tickets[number] }

    func number(of envelope: EnvelopeID) -> UInt64? { numbers[envelope] }

    /// Parks a pull.
    mutating func add(_ pull: Pull, envelope: EnvelopeID) {
        lastNumber += 1
        tickets[lastNumber] = Ticket(envelope: envelope, pull: pull, turn: turns.next(pull))
        numbers[envelope] = lastNumber
        untried.append(lastNumber)
    }

    /// Takes a ticket away, served or not.
    @discardableResult
    mutating func remove(_ number: UInt64) -> Ticket? {
        guard let ticket = tickets.removeValue(forKey: number) else { return nil }
        numbers[ticket.envelope] = nil
        if let index = untried.firstIndex(of: number) {
            untried.remove(at: index)
        } else {
            TicketBook.eachInterest(of: ticket.pull) { drop(number, $0) }
        }
        return ticket
    }

    /// The oldest ticket that was not yet looked at.
    var firstUntried: UInt64? { untried.first }

    /// The ticket that was looked at is there still: from now on it waits for a line to wake.
    mutating func markTried(_ number: UInt64) {
        guard let index = untried.firstIndex(of: number), let ticket = tickets[number] else {
            return
        }
        untried.remove(at: index)
        TicketBook.eachInterest(of: ticket.pull) { waiting[$0, default: []].append(number) }
    }

    /// The ticket that waits longest for work of this kind and tenant in this queue.
    func first(queue: String, kind: String, tenant: String) -> UInt64? {
        guard !waiting.isEmpty else { return nil }
        var first: UInt64?
        for kind in [nil, kind] {
            for tenant in [nil, tenant] {
                let interest = Interest(queue: queue, kind: kind, tenant: tenant)
                guard let number = waiting[interest]?.first else { continue }
                first = min(first ?? number, number)
            }
        }
        return first
    }

    private static func eachInterest(of pull: Pull, _ body: (Interest) -> Void) {
        for queue in pull.queues {
            eachOrNil(pull.kinds) { kind in
                eachOrNil(pull.tenants) { tenant in
                    body(Interest(queue: queue, kind: kind, tenant: tenant))
                }
            }
        }
    }

    private static func eachOrNil(_ names: [String]?, _ body: (String?) -> Void) {
        guard let names else { return body(nil) }
        for name in names { body(name) }
    }

    private mutating func drop(_ number: UInt64, _ interest: Interest) {
        guard let index = waiting.index(forKey: interest) else { return }
        // Numbers were appended in growing order, so a binary search finds one.
        var low = 0
        var high = waiting.values[index].count
        while low < high {
            let middle = (low + high) / 2
            if waiting.values[index][middle] < number { low = middle + 1 } else { high = middle }
        }
        guard low < waiting.values[index].count, waiting.values[index][low] == number else {
            return
        }
        waiting.values[index].remove(at: low)
        if waiting.values[index].isEmpty { waiting.remove(at: index) }
    }
}
