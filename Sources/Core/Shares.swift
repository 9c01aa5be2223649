/// How much of a bound is taken, and by whom: none of those who share it may come to have more than
/// it leaves to all others. So however much one asks for, the next place is for who has less. An
/// eighth is for who shares with nobody.
package struct Shares: Sendable {
    /// What a bound has for somebody.
    package enum Room: Hashable {
        case free
        /// It would have more than is left for all others.
        case shareTaken
        case none
    }

    private let max: Int
    /// What those who share may take together.
    private let maxOfSharers: Int
    /// What is taken by all together.
    package private(set) var total = 0
    private var taken: [String: Int] = [:]

    /// Nothing of the bound is taken yet.
    package init(of max: Int) {
        self.max = max
        maxOfSharers = max - max / 8
    }

    /// Whether somebody may take so much more; nil shares with nobody, and may have all there is.
    package func room(for amount: Int, of owner: String?) -> Room {
        if amount == 0 { return .free }
        guard let owner else { return amount <= max - total ? .free : .none }
        let left = maxOfSharers - total
        let own = taken[owner] ?? 0
        if own + amount <= left - amount { return .free }
        return own > 0 && amount <= left ? .shareTaken : .none
    }

    /// Somebody takes so much more, or gives it back.
    package mutating func count(_ change: Int, of owner: String?) {
        guard change != 0 else { return }
        total += change
        guard let owner else { return }
        let own = taken[owner, default: 0] + change
        precondition(own >= 0 && total >= own, "more of a share was given back than was taken")
        taken[owner] = own == 0 ? nil : own
    }
}
