/// The deadlines of keyed things, least first. A key has one deadline; setting it again moves it.
///
/// Every lease and every request sets one: all of it is inlinable and public, so that its users'
/// modules get code for their own keys and not the generic one, which looks up types as it runs.
/// With `package` access the compiler keeps the bodies to itself, inlinable or not.
public struct DeadlineHeap<Key: Hashable & Sendable>: Sendable {
    @usableFromInline
    struct Entry: Sendable {
        @usableFromInline var at: Int64
        @usableFromInline var order: UInt64
        @usableFromInline var key: Key

        @inlinable
        init(at: Int64, order: UInt64, key: Key) {
            self.at = at
            self.order = order
            self.key = key
        }
    }

    @usableFromInline var entries: [Entry] = []
    @usableFromInline var positions = GradualTable<Key, Int>()
    @usableFromInline var nextOrder: UInt64 = 0

    /// No deadlines.
    @inlinable
    public init() {}

    /// True if no deadline is set.
    @inlinable
    public var isEmpty: Bool { entries.isEmpty }

    /// How many are set.
    @inlinable
    public var count: Int { entries.count }

    /// The earliest deadline.
    @inlinable
    public var earliest: Int64? { entries.first?.at }

    /// The deadline of `key`.
    @inlinable
    public subscript(key: Key) -> Int64? { positions[key].map { entries[$0].at } }

    /// The earliest key if its deadline has come.
    @inlinable
    public func due(at now: Int64) -> Key? {
        guard let first = entries.first, first.at <= now else { return nil }
        return first.key
    }

    /// Sets or moves the deadline of `key`. Equal ones come in the order in which they were set.
    @inlinable
    public mutating func set(_ key: Key, at deadline: Int64) {
        let entry = Entry(at: deadline, order: nextOrder, key: key)
        nextOrder += 1
        if let position = positions[key] {
            entries[position] = entry
            settle(position)
        } else {
            entries.append(entry)
            positions[key] = entries.count - 1
            rise(entries.count - 1)
        }
    }

    /// Forgets the deadline of `key`, if it has one.
    @inlinable
    public mutating func remove(_ key: Key) {
        guard let position = positions.removeValue(forKey: key) else { return }
        let last = entries.removeLast()
        guard position < entries.count else { return }
        entries[position] = last
        positions[last.key] = position
        settle(position)
    }

    /// Takes out the earliest key if its deadline has come.
    @inlinable
    public mutating func popDue(at now: Int64) -> Key? {
        guard let key = due(at: now) else { return nil }
        remove(key)
        return key
    }

    /// Moves the entry at `position` to where it belongs.
    @inlinable
    mutating func settle(_ position: Int) {
        if rise(position) == position { sink(position) }
    }

    /// Moves an entry towards the front; returns where it came to lie. Those that it passes move
    /// once each, and it only at the end.
    @inlinable
    @discardableResult
    mutating func rise(_ start: Int) -> Int {
        let entry = entries[start]
        var hole = start
        while hole > 0 {
            let parent = (hole - 1) / 2
            guard isBefore(entry, entries[parent]) else { break }
            put(entries[parent], at: hole)
            hole = parent
        }
        if hole != start { put(entry, at: hole) }
        return hole
    }

    @inlinable
    mutating func sink(_ start: Int) {
        let entry = entries[start]
        var hole = start
        while true {
            var child = 2 * hole + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, isBefore(entries[child + 1], entries[child]) {
                child += 1
            }
            guard isBefore(entries[child], entry) else { break }
            put(entries[child], at: hole)
            hole = child
        }
        if hole != start { put(entry, at: hole) }
    }

    @inlinable
    func isBefore(_ left: Entry, _ right: Entry) -> Bool {
        (left.at, left.order) < (right.at, right.order)
    }

    @inlinable
    mutating func put(_ entry: Entry, at position: Int) {
        entries[position] = entry
        positions[entry.key] = position
    }
}
