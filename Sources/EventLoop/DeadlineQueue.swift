/// What is to be done at which time: a heap of deadlines, earliest first, equal ones in the order
/// in which they were set.
///
/// Moving a deadline to a later time, which every request of every connection does, only notes the
/// new time; the heap is put right when the old time comes. So it costs no more than a store.
package struct DeadlineQueue {
    /// A time that never comes.
    package static let never = Int64.max

    private struct Entry {
        /// Not later than the deadline of the slot.
        var key: Int64
        var order: UInt64
        var slot: Int32
    }

    private struct Slot {
        var deadline: Int64
        var generation: UInt32
        /// Where the entry lies in the heap.
        var position: Int32
        /// Nil when the slot is free.
        var action: (() -> Void)?
    }

    private var heap: [Entry] = []
    private var slots: [Slot] = []
    private var freeSlots: [Int32] = []
    private var nextOrder: UInt64 = 0

    /// An empty queue.
    package init() {}

    package var count: Int { heap.count }

    /// When to look next. Nothing is due before this; `never` if nothing will be.
    package var earliest: Int64 { heap.first?.key ?? DeadlineQueue.never }

    /// A bound for `takeDue`: only what was set before this moment.
    package var orderNow: UInt64 { nextOrder }

    /// Sets a deadline.
    package mutating func set(
        at deadline: Int64, _ action: @escaping () -> Void
    ) -> DeadlineID {
        let position = Int32(heap.count)
        let slot: Int32
        if let free = freeSlots.popLast() {
            slot = free
            slots[Int(free)].deadline = deadline
            slots[Int(free)].position = position
            slots[Int(free)].action = action
        } else {
            slot = Int32(slots.count)
            slots.append(
                Slot(deadline: deadline, generation: 0, position: position, action: action))
        }
        heap.append(Entry(key: deadline, order: takeOrder(), slot: slot))
        rise(heap.count - 1)
        return DeadlineID(slot: slot, generation: slots[Int(slot)].generation)
    }

    /// Moves a deadline; false if it has come already or was cancelled.
    @discardableResult
    package mutating func move(_ id: DeadlineID, to deadline: Int64) -> Bool {
        guard isSet(id) else { return false }
        slots[Int(id.slot)].deadline = deadline
        let position = Int(slots[Int(id.slot)].position)
        if deadline < heap[position].key {
            heap[position].key = deadline
            heap[position].order = takeOrder()
            rise(position)
        }
        return true
    }

    /// Forgets a deadline and its action; false if it has come already or was cancelled.
    @discardableResult
    package mutating func cancel(_ id: DeadlineID) -> Bool {
        guard isSet(id) else { return false }
        removeEntry(at: Int(slots[Int(id.slot)].position))
        free(id.slot)
        return true
    }

    /// Takes out the action of the earliest deadline that has come, among those set before `bound`.
    package mutating func takeDue(at now: Int64, setBefore bound: UInt64) -> (() -> Void)? {
        while let first = heap.first, first.key <= now, first.order < bound {
            let deadline = slots[Int(first.slot)].deadline
            if deadline > first.key {
                heap[0].key = deadline
                sink(0)
                continue
            }
            let action = slots[Int(first.slot)].action
            removeEntry(at: 0)
            free(first.slot)
            return action
        }
        return nil
    }

    private func isSet(_ id: DeadlineID) -> Bool {
        let slot = slots[Int(id.slot)]
        return slot.action != nil && slot.generation == id.generation
    }

    private mutating func takeOrder() -> UInt64 {
        nextOrder += 1
        return nextOrder - 1
    }

    private mutating func free(_ slot: Int32) {
        slots[Int(slot)].action = nil
        slots[Int(slot)].generation &+= 1
        freeSlots.append(slot)
    }

    private mutating func removeEntry(at position: Int) {
        let last = heap.removeLast()
        guard position < heap.count else { return }
        heap[position] = last
        slots[Int(last.slot)].position = Int32(position)
        rise(position)
        sink(position)
    }

    private mutating func rise(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard isBefore(child, parent) else { return }
            swap(child, parent)
            child = parent
        }
    }

    private mutating func sink(_ start: Int) {
        var parent = start
        while true {
            var least = parent
            let left = 2 * parent + 1
            if left < heap.count, isBefore(left, least) { least = left }
            if left + 1 < heap.count, isBefore(left + 1, least) { least = left + 1 }
            guard least != parent else { return }
            swap(least, parent)
            parent = least
        }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        (heap[left].key, heap[left].order) < (heap[right].key, heap[right].order)
    }

    private mutating func swap(_ first: Int, _ second: Int) {
        heap.swapAt(first, second)
        slots[Int(heap[first].slot)].position = Int32(first)
        slots[Int(heap[second].slot)].position = Int32(second)
    }
}
