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
    /// Those that were looked at, by the numbers of the kinds that they take. Most pulls get what
    /// there is at once, and are never filed here.
    private var waiting: [Place: [Int: [UInt64]]] = [:]
    private var kinds = KindLists()
    private var lastNumber: UInt64 = 0
    private var turns = QueueTurns()
    /// Tickets that came since they were last looked at; older ones wait for a line to wake.
    private var untried: [UInt64] = []

    /// Where a ticket waits: in a queue, for one tenant or any. A fleet asks for the same kinds, so
    /// that a line which wakes finds few lists of them here, though a list may be long.
    private struct Place: Hashable {
        let queue: String
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
            let list = kinds.leave(ticket.pull.kinds)
            TicketBook.eachPlace(of: ticket.pull) { drop(number, list, $0) }
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
        let list = kinds.join(ticket.pull.kinds)
        TicketBook.eachPlace(of: ticket.pull) {
            waiting[$0, default: [:]][list, default: []].append(number)
        }
    }

    /// The ticket that waits longest for work of this kind and tenant in this queue.
    func first(queue: String, kind: String, tenant: String) -> UInt64? {
        guard !waiting.isEmpty else { return nil }
        var first: UInt64?
        for tenant in [nil, tenant] {
            for (list, numbers) in waiting[Place(queue: queue, tenant: tenant)] ?? [:]
            where kinds.takes(kind, list: list) {
                guard let number = numbers.first else { continue }
                first = min(first ?? number, number)
            }
        }
        return first
    }

    private static func eachPlace(of pull: Pull, _ body: (Place) -> Void) {
        for queue in pull.queues {
            guard let tenants = pull.tenants else {
                body(Place(queue: queue, tenant: nil))
                continue
            }
            for tenant in tenants { body(Place(queue: queue, tenant: tenant)) }
        }
    }

    private mutating func drop(_ number: UInt64, _ list: Int, _ place: Place) {
        guard var numbers = waiting[place]?[list] else { return }
        waiting[place]?[list] = nil
        // Numbers were appended in growing order, so a binary search finds one.
        var low = 0
        var high = numbers.count
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < number { low = middle + 1 } else { high = middle }
        }
        if low < numbers.count, numbers[low] == number { numbers.remove(at: low) }
        if !numbers.isEmpty { waiting[place]?[list] = numbers }
        if waiting[place]?.isEmpty == true { waiting[place] = nil }
    }
}

/// The lists of kinds that tickets take, each with a number as long as somebody waits.
private struct KindLists {
    private var numbers: [[String]?: Int] = [:]
    private var lists: [Int: List] = [:]
    private var lastNumber = 0

    private struct List {
        /// Nil if any kind will do.
        let kinds: Set<String>?
        var tickets = 0
    }

    func takes(_ kind: String, list: Int) -> Bool {
        guard let kinds = lists[list]?.kinds else { return true }
        return kinds.contains(kind)
    }

    mutating func join(_ kinds: [String]?) -> Int {
        let number = numbers[kinds] ?? add(kinds)
        lists[number]?.tickets += 1
        return number
    }

    /// A ticket with these kinds goes; the list's number until then.
    mutating func leave(_ kinds: [String]?) -> Int {
        guard let number = numbers[kinds], var list = lists[number] else {
            preconditionFailure("nobody waits for \(kinds ?? ["any kind"])")
        }
        list.tickets -= 1
        lists[number] = list.tickets == 0 ? nil : list
        if list.tickets == 0 { numbers[kinds] = nil }
        return number
    }

    private mutating func add(_ kinds: [String]?) -> Int {
        lastNumber += 1
        numbers[kinds] = lastNumber
        lists[lastNumber] = List(kinds: kinds.map(Set.init))
        return lastNumber
    }
}
