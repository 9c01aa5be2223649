extension TenantTerms {
    /// The first time at which there is room for an amount by itself, if nothing is used until
    /// then: a grant begins, an override ends, or the period does. Nil if nothing known brings any.
    func opens(_ account: Account, for amount: Int64, resetsAt end: Timestamp) -> Timestamp? {
        var turns = turns(of: account.metric)
        turns.append((end, 0))
        turns.sort { $0.at < $1.at }
        var granted = grants.filter { $0.metric == account.metric && $0.isUsable }
            .reduce(0) { $0 + $1.remaining }
        var next = turns.startIndex
        while next < turns.endIndex {
            let time = turns[next].at
            while next < turns.endIndex, turns[next].at == time {
                granted += turns[next].granted
                next += 1
            }
            let usage = time < end ? account.usage : .none
            if hasRoom(for: amount, account, usage, granted, at: time) { return time }
        }
        return nil
    }

    /// When what the tenant has of a metric beside its plan changes, and by how many granted units.
    private func turns(of metric: Metric) -> [(at: Timestamp, granted: Int64)] {
        var turns: [(at: Timestamp, granted: Int64)] = []
        for grant in grants where grant.metric == metric && grant.isOpen {
            if grant.state == .pending { turns.append((grant.effectiveAt, grant.remaining)) }
            if let end = grant.expiresAt { turns.append((end, -grant.remaining)) }
        }
        for override in overrides where override.metric == metric {
            if let end = override.until { turns.append((end, 0)) }
        }
        return turns
    }

    /// True if so much more may be used at a time that is still to come.
    private func hasRoom(
        for amount: Int64, _ account: Account, _ usage: Usage, _ granted: Int64, at time: Timestamp
    ) -> Bool {
        let override = overrides.first { $0.metric == account.metric && !$0.isOver(at: time) }
        let base = override?.limit ?? account.terms.limit
        let ahead = Account(
            terms: account.terms, base: base, usage: usage,
            overageMax: overageMax(account.terms, base: base), isEnforced: account.isEnforced)
        return amount <= ahead.room && (ahead.remaining.map { $0 + granted >= amount } ?? true)
    }
}
