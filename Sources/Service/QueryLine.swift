import Core
import Store

/// The queries that wait for the reader. It gets only some at a time: an answer may be megabytes,
/// and what it reads faster than the loop can write would pile up between the two. Tenants take
/// turns, so that nobody waits for all that another has asked.
struct QueryLine {
    private var waiting: [String?: Waiting<QueryEnvelope>] = [:]
    /// Whose turn it is: each tenant that waits is in here once.
    private var turns = Waiting<String?>()
    private var atReader = 0

    /// Takes a query in; nil is the operator.
    mutating func add(_ query: QueryEnvelope, of tenant: String?) {
        if waiting[tenant] == nil { turns.append(tenant) }
        waiting[tenant, default: Waiting()].append(query)
    }

    /// The reader has answered one.
    mutating func answered() { atReader -= 1 }

    /// The next query that the reader may have, if it may have one.
    mutating func next() -> QueryEnvelope? {
        guard atReader < Limits.queriesAtReaderMax, let tenant = turns.popFirst() else {
            return nil
        }
        guard let query = waiting[tenant]?.popFirst() else {
            preconditionFailure("it is the turn of a tenant that asked nothing")
        }
        if waiting[tenant]?.isEmpty ?? true { waiting[tenant] = nil } else { turns.append(tenant) }
        atReader += 1
        return query
    }
}

/// First in, first out.
private struct Waiting<Element> {
    private var elements: [Element] = []
    /// Those before it have gone.
    private var head = 0

    var isEmpty: Bool { head == elements.count }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        let element = elements[head]
        head += 1
        // What has gone is let go of when it is half of all.
        if head * 2 >= elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }
}
