extension TenantTerms {
    /// The first time before `end` at which what begins or ends by itself, a grant or an override,
    /// makes room for an amount, or for whatever comes next.
    func opens(_ account: Account, for amount: Int64?, before end: Timestamp) -> Timestamp? {
        var times = grants.filter { $0.metric == account.metric && $0.state == .pending }
            .map(\.effectiveAt)
        times += overrides.filter { $0.metric == account.metric }.compactMap(\.until)
        return times.filter { $0 < end }.sorted().first { time in
            self.account(account, at: time).admission(of: max(1, amount ?? 1)) != nil
        }
    }

    /// The account as it will be at a time that is still to come, if nothing is used until then.
    private func account(_ account: Account, at time: Timestamp) -> Account {
        let override = overrides.first { $0.metric == account.metric && !$0.isOver(at: time) }
        let base = override?.limit ?? account.terms.limit
        var usable = grants.filter { $0.metric == account.metric && !$0.isOver(at: time) }
        for index in usable.indices
        where usable[index].state == .pending && usable[index].effectiveAt <= time {
            usable[index].turn(to: .inForce)
        }
        return Account(
            terms: account.terms, base: base, usage: account.usage,
            grants: usable.filter(\.isUsable), overageMax: overageMax(account.terms, base: base),
            isEnforced: account.isEnforced)
    }
}
