/// Who comes next: a heap of (order, element), least first, ties by the lesser element. Of lanes
/// the order is their virtual time, of lines that woke the ticket that they serve. Entries are
/// not removed when they stop being true; whoever looks at the top says whether it still is, and
/// the heap is swept when more than half of it is stale.
struct OrderHeap {
    struct Entry {
        var order: Int64
        var element: Int32
    }

    private(set) var entries: [Entry] = []

    var top: Entry? { entries.first }

    /// Adds a turn.
    mutating func push(_ entry: Entry) {
        entries.append(entry)
        rise(entries.count - 1)
    }

    /// Takes the top away.
    mutating func popTop() {
        let last = entries.removeLast()
        guard !entries.isEmpty else { return }
        entries[0] = last
        sink(0)
    }

    /// Moves the top to a later turn: a pop and a push in one.
    mutating func replaceTop(with entry: Entry) {
        entries[0] = entry
        sink(0)
    }

    /// Makes all orders smaller, by as much.
    mutating func moveBack(by amount: Int64) {
        for index in entries.indices { entries[index].order -= amount }
    }

    /// Keeps only the entries that are still true.
    mutating func sweep(keeping isTrue: (Entry) -> Bool) {
        entries.removeAll { !isTrue($0) }
        for parent in stride(from: entries.count / 2 - 1, through: 0, by: -1) { sink(parent) }
    }

    private mutating func rise(_ start: Int) {
        let entry = entries[start]
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard OrderHeap.isBefore(entry, entries[parent]) else { break }
            entries[child] = entries[parent]
            child = parent
        }
        entries[child] = entry
    }

    private mutating func sink(_ start: Int) {
        let entry = entries[start]
        var parent = start
        while true {
            var child = 2 * parent + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count,
                OrderHeap.isBefore(entries[child + 1], entries[child])
            {
                child += 1
            }
            guard OrderHeap.isBefore(entries[child], entry) else { break }
            entries[parent] = entries[child]
            parent = child
        }
        entries[parent] = entry
    }

    /// True if the one on the left comes first.
    static func isBefore(_ left: Entry, _ right: Entry) -> Bool {
        left.order != right.order
            ? left.order < right.order : left.element < right.element
    }
}
