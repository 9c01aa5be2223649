/// A subscription as it is stored: a bounded history of facts, and what it comes to.
///
/// The state is a function of the set of facts and not of the order in which they came; see
/// docs/decisions/009-facts-not-a-watermark.md.
package struct Subscription: Hashable, Sendable {
    package let id: String
    /// The latest facts in their order, at most `Limits.subscriptionFactsMax`.
    package internal(set) var facts: [SubscriptionFact]
    /// What the facts before those came to, if there were any.
    package internal(set) var base: SubscriptionState?
    /// The place of the last fact that went into the base: what stands before it comes too late.
    package internal(set) var baseOrder: EventOrder?
    /// What all facts come to.
    package internal(set) var state: SubscriptionState
    /// When something last disagreed with it, such as an invoice. A fact of that time or later
    /// has the last word.
    package internal(set) var doubtedAt: Timestamp?
    /// When the latest question was sent that a fact answers.
    package internal(set) var readAt: Timestamp?

    /// What applying a fact did.
    package struct Effect: Hashable, Sendable {
        /// What is to be noted of the event.
        package let kind: Kind
        /// True if the state is another than before; a late fact can do that too.
        package let isChanged: Bool

        /// An effect of this kind.
        package init(kind: Kind, isChanged: Bool) {
            self.kind = kind
            self.isChanged = isChanged
        }

        /// How a fact stands to those known before.
        package enum Kind: Hashable, Sendable {
            /// It decides now.
            case applied
            /// Later facts are known, or the subscription is over.
            case stale
            /// It was known.
            case repeated
            /// It and another of the same second disagree: the provider is to be asked.
            case conflict
        }
    }

    /// A subscription of which this is the first fact that came.
    package init(first fact: SubscriptionFact, receivedAt: Timestamp) {
        let fact = fact.dated(receivedAt: receivedAt)
        id = fact.id
        facts = [fact]
        state = SubscriptionState(first: fact)
        readAt = fact.readStartedAt
    }

    /// The same as rows have it.
    init(id: String, state: SubscriptionState) {
        self.id = id
        self.state = state
        facts = []
    }

    /// A fact came. `receivedAt` is when its body came, which a replay does not change.
    @discardableResult
    package mutating func apply(_ fact: SubscriptionFact, receivedAt: Timestamp) -> Effect {
        precondition(fact.id == id, "a fact of subscription \(fact.id) was applied to \(id)")
        let fact = fact.dated(receivedAt: receivedAt)
        guard !facts.contains(where: { $0.eventID == fact.eventID }) else {
            return Effect(kind: .repeated, isChanged: false)
        }
        if let baseOrder, fact.order <= baseOrder { return Effect(kind: .stale, isChanged: false) }
        if let read = fact.readStartedAt { readAt = max(readAt ?? read, read) }
        let before = state
        // What comes in order goes on top; what comes late needs all that came after it anew.
        let isNext = facts.last.map { $0.order < fact.order && !$0.order.ties(with: fact.order) }
        facts.insert(fact, at: place(of: fact))
        while facts.count > Limits.subscriptionFactsMax { foldOldest() }
        state =
            if isNext ?? false {
                SubscriptionState.fold(CollectionOfOne(fact), after: before) ?? before
            } else {
                SubscriptionState.fold(facts, after: base) ?? before
            }
        return Effect(kind: kind(of: fact), isChanged: state != before)
    }

    /// The same facts, taken in their order instead of that in which they came; nil where some are
    /// folded and their order can no longer be told.
    package var inOrder: Subscription? {
        let facts = facts.sorted { $0.order < $1.order }
        guard base == nil, let first = facts.first else { return nil }
        var again = Subscription(first: first, receivedAt: first.at)
        for fact in facts.dropFirst() { again.apply(fact, receivedAt: fact.at) }
        again.doubtedAt = doubtedAt
        again.readAt = readAt
        return again
    }

    /// Something disagrees with the state; the provider is to be asked.
    package mutating func doubt(at time: Timestamp) {
        doubtedAt = max(doubtedAt ?? time, time)
    }

    /// True if the provider is to be asked what the subscription is.
    package var isDirty: Bool {
        if let doubtedAt, doubtedAt > state.fact.at, readAt.map({ $0 < doubtedAt }) ?? true {
            return true
        }
        return state.isConflicted || (!state.isOver && state.fact.receivedInstead != nil)
    }

    // MARK: Private

    private func place(of fact: SubscriptionFact) -> Int {
        #if Mutants
            if Mutant.lateEqualFactWins.isIn {
                return facts.firstIndex {
                    fact.order < $0.order && !fact.order.ties(with: $0.order)
                } ?? facts.count
            }
        #endif
        return facts.firstIndex { fact.order < $0.order } ?? facts.count
    }

    /// The oldest facts, with all that tie, become part of the base.
    private mutating func foldOldest() {
        guard let first = facts.first else { return }
        let ties = facts.prefix { $0.order.ties(with: first.order) }
        base = SubscriptionState.fold(ties, after: base)
        baseOrder = ties.last?.order
        facts.removeFirst(ties.count)
    }

    private func kind(of fact: SubscriptionFact) -> Effect.Kind {
        if state.isConflicted, state.fact.order.ties(with: fact.order) { return .conflict }
        return state.fact.eventID == fact.eventID ? .applied : .stale
    }
}

extension SubscriptionFact {
    /// The fact with the time at which it came, if its own is too far ahead of that.
    fileprivate func dated(receivedAt: Timestamp) -> SubscriptionFact {
        let (ahead, overflow) = created.milliseconds.subtractingReportingOverflow(
            receivedAt.milliseconds)
        guard !isFetched, overflow || ahead > Limits.eventAheadMillisecondsMax else { return self }
        var fact = self
        fact.receivedInstead = receivedAt
        return fact
    }
}
