/// A parked pull.
struct Ticket {
    /// The pull's command; it is answered when the ticket is served.
    let envelope: EnvelopeID
    let pull: Pull
}

/// The parked pulls, found by the work that they wait for. Numbers grow in the order of arrival.
struct TicketBook {
    private var tickets: [UInt64: Ticket] = [:]
    private var numbers: [EnvelopeID: UInt64] = [:]
    private var waiting: [String: [Interest: [UInt64]]] = [:]
    private var lastNumber: UInt64 = 0
    /// Tickets that came since they were last looked at; older ones wait for a line to wake.
    private var untried: [UInt64] = []

    /// What a ticket takes in a queue: one kind or any, of one tenant or any.
    private struct Interest: Hashable {
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
    mutating func add(_ ticket: Ticket) {
        lastNumber += 1
        tickets[lastNumber] = ticket
        numbers[ticket.envelope] = lastNumber
        untried.append(lastNumber)
        for (queue, interest) in TicketBook.interests(of: ticket.pull) {
            waiting[queue, default: [:]][interest, default: []].append(lastNumber)
        }
    }

    /// Takes a ticket away, served or not.
    @discardableResult
    mutating func remove(_ number: UInt64) -> Ticket? {
        guard let ticket = tickets.removeValue(forKey: number) else { return nil }
        numbers[ticket.envelope] = nil
        markTried(number)
        for (queue, interest) in TicketBook.interests(of: ticket.pull) {
            drop(number, queue: queue, interest: interest)
        }
        return ticket
    }

    /// The oldest ticket that was not yet looked at.
    var firstUntried: UInt64? { untried.first }

    /// The ticket was looked at; from now on it waits for a line to wake.
    mutating func markTried(_ number: UInt64) {
        if let index = untried.firstIndex(of: number) { untried.remove(at: index) }
    }

    /// The ticket that waits longest for work of this kind and tenant in this queue.
    func first(queue: String, kind: String, tenant: String) -> UInt64? {
        guard let interests = waiting[queue] else { return nil }
        var first: UInt64?
        for interest in [
            Interest(kind: nil, tenant: nil), Interest(kind: kind, tenant: nil),
            Interest(kind: nil, tenant: tenant), Interest(kind: kind, tenant: tenant),
        ] {
            guard let number = interests[interest]?.first else { continue }
            first = min(first ?? number, number)
        }
        return first
    }

    private static func interests(of pull: Pull) -> [(queue: String, interest: Interest)] {
        let kinds: [String?] = pull.kinds.map { $0.map(Optional.some) } ?? [nil]
        let tenants: [String?] = pull.tenants.map { $0.map(Optional.some) } ?? [nil]
        var interests: [(queue: String, interest: Interest)] = []
        for queue in pull.queues {
            for kind in kinds {
                for tenant in tenants {
                    interests.append((queue, Interest(kind: kind, tenant: tenant)))
                }
            }
        }
        return interests
    }

    private mutating func drop(_ number: UInt64, queue: String, interest: Interest) {
        guard var numbers = waiting[queue]?[interest] else { return }
        // Numbers were appended in growing order, so a binary search finds one.
        var low = 0
        var high = numbers.count
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < number { low = middle + 1 } else { high = middle }
        }
        guard low < numbers.count, numbers[low] == number else { return }
        waiting[queue]?[interest] = nil
        numbers.remove(at: low)
        if !numbers.isEmpty { waiting[queue]?[interest] = numbers }
        if waiting[queue]?.isEmpty ?? false { waiting[queue] = nil }
    }
}
