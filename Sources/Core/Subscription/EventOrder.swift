/// The place of an event among all of its object. It depends on nothing but the event, so that
/// every order of delivery leads to the same end.
package struct EventOrder: Hashable, Comparable, Sendable {
    /// False for what is dated in the future: it stands before everything that can be believed.
    package let isBelievable: Bool
    package let created: Timestamp
    package let rank: Int64
    package let eventID: String

    /// The place of an event that was created then.
    package init(isBelievable: Bool = true, created: Timestamp, rank: Int64, eventID: String) {
        self.isBelievable = isBelievable
        self.created = created
        self.rank = rank
        self.eventID = eventID
    }

    package static func < (left: EventOrder, right: EventOrder) -> Bool {
        if left.isBelievable != right.isBelievable { return right.isBelievable }
        if left.created != right.created { return left.created < right.created }
        if left.rank != right.rank { return left.rank < right.rank }
        return left.eventID.utf8.lexicographicallyPrecedes(right.eventID.utf8)
    }

    /// True if neither the second nor the kind of the events says which was first.
    package func ties(with other: EventOrder) -> Bool {
        isBelievable == other.isBelievable && created == other.created && rank == other.rank
    }
}
