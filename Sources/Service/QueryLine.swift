import Core
import Store

/// The queries that wait for the reader. It gets only some at a time: an answer may be megabytes,
/// and what it reads faster than the loop can write would pile up between the two.
struct QueryLine {
    private var waiting: [QueryEnvelope] = []
    /// Those before it have gone.
    private var head = 0
    private var atReader = 0

    /// Takes a query in.
    mutating func add(_ query: QueryEnvelope) { waiting.append(query) }

    /// The reader has answered one.
    mutating func answered() { atReader -= 1 }

    /// The next query that the reader may have, if it may have one.
    mutating func next() -> QueryEnvelope? {
        guard atReader < Limits.queriesAtReaderMax, head < waiting.count else { return nil }
        let query = waiting[head]
        head += 1
        if head == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            head = 0
        }
        atReader += 1
        return query
    }
}
