/// Tells which of several facts of one second and one rank was first, by what each says of before.
enum TieOrder {
    /// The facts in the order in which they happened, as far as they tell it, and otherwise in that
    /// of their ids. `isDecided` is false if they differ and nothing tells which was last.
    ///
    /// They come in the order of their ids, so that the answer is the same for the same facts.
    static func arrange(
        _ facts: [SubscriptionFact], after before: SubscriptionFact?
    ) -> (facts: [SubscriptionFact], isDecided: Bool) {
        guard facts.count > 1 else { return (facts, true) }
        // follows[i] are those that happened after fact i.
        var follows = [[Int]](repeating: [], count: facts.count)
        var leaders = [Int](repeating: 0, count: facts.count)
        for left in facts.indices {
            for right in facts.indices.dropFirst(left + 1) {
                switch first(of: facts[left], and: facts[right], after: before) {
                case .left:
                    follows[left].append(right)
                    leaders[right] += 1
                case .right:
                    follows[right].append(left)
                    leaders[left] += 1
                case nil: continue
                }
            }
        }
        var waiting = Array(facts.indices)
        var arranged: [SubscriptionFact] = []
        var hasCircle = false
        while !waiting.isEmpty {
            let free = waiting.firstIndex { leaders[$0] == 0 }
            hasCircle = hasCircle || free == nil
            let index = waiting.remove(at: free ?? 0)
            for later in follows[index] { leaders[later] -= 1 }
            arranged.append(facts[index])
        }
        let last = facts.indices.filter { hasCircle || follows[$0].isEmpty }.map { facts[$0] }
        return (arranged, last.dropFirst().allSatisfy { $0.saysTheSame(as: last[0]) })
    }

    private enum Side {
        case left
        case right
    }

    private static func first(
        of left: SubscriptionFact, and right: SubscriptionFact, after before: SubscriptionFact?
    ) -> Side? {
        switch (right.canFollow(left), left.canFollow(right)) {
        case (true, false): return .left
        case (false, true): return .right
        case (false, false): return nil
        case (true, true):
            // There and back again within a second: what was before tells where it began.
            guard let before else { return nil }
            switch (left.canFollow(before), right.canFollow(before)) {
            case (true, false): return .left
            case (false, true): return .right
            case (true, true), (false, false): return nil
            }
        }
    }
}

extension SubscriptionFact {
    /// True if what this says of before is what `other` says.
    fileprivate func canFollow(_ other: SubscriptionFact) -> Bool {
        guard !previous.isEmpty else { return false }
        if let status = previous.status, status != other.status { return false }
        if let prices = previous.priceIDs, prices != other.priceIDs { return false }
        if let end = previous.periodEnd, !other.items.contains(where: { $0.periodEnd == end }) {
            return false
        }
        if let flag = previous.cancelsAtPeriodEnd, flag != other.cancelsAtPeriodEnd {
            return false
        }
        if let flag = previous.hadCancelAt, flag != (other.cancelAt != nil) { return false }
        if let invoice = previous.latestInvoice, invoice != other.latestInvoice { return false }
        return true
    }

    /// True if it does not matter which of the two decides.
    fileprivate func saysTheSame(as other: SubscriptionFact) -> Bool {
        status == other.status && items == other.items && customer == other.customer
            && trialEnd == other.trialEnd && cancelAt == other.cancelAt
            && cancelsAtPeriodEnd == other.cancelsAtPeriodEnd && pauseCause == other.pauseCause
    }
}
