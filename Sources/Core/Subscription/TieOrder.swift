/// Tells which of several facts of one second and one rank was first, by what each says of before.
struct TieOrder {
    /// More than these are never told apart: each order of them would have to be tried.
    private static let countMax = 5

    private let facts: [SubscriptionFact]
    private var path: [Int] = []
    /// The first order that was found in which each fact fits behind the one before it.
    private var found: [Int] = []
    /// The facts that such orders end with.
    private var lasts: [Int] = []

    /// The facts in the order in which they happened, or else in that of their ids. `isDecided` is
    /// false if they differ and do not tell which was last.
    ///
    /// They come in the order of their ids, so that the answer is the same for the same facts.
    static func arrange(
        _ facts: [SubscriptionFact], after before: SubscriptionFact?
    ) -> (facts: [SubscriptionFact], isDecided: Bool) {
        guard facts.count > 1 else { return (facts, true) }
        let areAlike = facts.dropFirst().allSatisfy { $0.saysTheSame(as: facts[0]) }
        guard !areAlike, facts.count <= countMax else { return (facts, areAlike) }
        var order = TieOrder(facts)
        // What was known before tells where they begin, unless something between is missing.
        if let before { order.search(from: { $0.canFollow(before) }) }
        if order.found.isEmpty { order.search(from: { _ in true }) }
        guard let last = order.lasts.first,
            order.lasts.allSatisfy({ facts[$0].saysTheSame(as: facts[last]) })
        else { return (facts, false) }
        return (order.found.map { facts[$0] }, true)
    }

    private init(_ facts: [SubscriptionFact]) { self.facts = facts }

    private mutating func search(from isFirst: (SubscriptionFact) -> Bool) {
        for index in facts.indices where isFirst(facts[index]) { extend(by: index) }
    }

    private mutating func extend(by index: Int) {
        path.append(index)
        defer { path.removeLast() }
        if path.count == facts.count {
            if found.isEmpty { found = path }
            lasts.append(index)
            return
        }
        for next in facts.indices
        where !path.contains(next) && facts[next].canFollow(facts[index]) {
            extend(by: next)
        }
    }
}

extension SubscriptionFact {
    /// True if what this says of before is what `other` says. What changed nothing says the same.
    fileprivate func canFollow(_ other: SubscriptionFact) -> Bool {
        guard !previous.isEmpty else { return saysTheSame(as: other) }
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
