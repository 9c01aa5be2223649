import Core

/// Asking the provider what subscriptions are whose events contradict each other, or cease.
extension Engine {
    /// The row is read anew: the entitlement that was just decided may doubt it. That it is to be
    /// asked about is noted where nobody can be asked, too: a provider may come later.
    func askIfDirty(_ id: String) throws(StoreError) {
        guard let before = try rows.subscription(id, isLive: billing.isLive) else { return }
        var row = before
        if row.plan(at: now.wall), let time = row.askAt {
            earliestInquiry = min(earliestInquiry ?? time, time)
        }
        if row != before { try rows.putSubscription(row) }
    }

    /// Nothing was heard of a subscription for too long.
    func doubt(_ id: String) throws(StoreError) {
        guard billing.canAskProvider,
            var row = try rows.subscription(id, isLive: billing.isLive),
            !row.subscription.isDirty
        else { return }
        row.subscription.doubt(at: now.wall)
        try rows.putSubscription(row)
        try askIfDirty(id)
    }

    /// Lets the questions out that are due, as far as the provider has room for them. The row says
    /// before the question goes out when it goes out again: a kill loses none.
    func askProvider() throws(StoreError) {
        guard billing.canAskProvider, let time = earliestInquiry, time <= now.wall else { return }
        let room = inquiryFlights.room(of: limits.inquiriesMax, at: now.steadyMilliseconds)
        guard room > 0 else { return }
        let due = try rows.dueInquiries(until: now.wall, isLive: billing.isLive, limit: room)
        for var row in due {
            outcome.inquiries.append(
                ProviderInquiry(subscription: row.subscription, isLive: row.isLive))
            inquiryFlights.begin(row.subscription, at: now.steadyMilliseconds)
            row.ask(at: now.wall)
            try rows.putInquiry(row)
        }
        earliestInquiry = try rows.earliestInquiry(isLive: billing.isLive)
    }

    /// When a question next goes out, in steady milliseconds.
    func nextInquirySteady(at now: Moment) -> Int64? {
        guard billing.canAskProvider, let time = earliestInquiry else { return nil }
        let due = now.steadyMilliseconds + max(0, time.since(now.wall))
        let free = inquiryFlights.freeAt(of: limits.inquiriesMax, at: now.steadyMilliseconds)
        return max(due, free ?? due)
    }

    func take(_ finding: ProviderFinding, _ envelope: Envelope) throws(StoreError) {
        inquiryFlights.end(finding.subscription)
        if finding.isLive == billing.isLive {
            do throws(StoreError) {
                switch finding.answer {
                case .found(let fact):
                    try take(fact)
                    try giveUpIfInVain(finding.subscription)
                case .unknown: try giveUpIfInVain(finding.subscription)
                case .unavailable(let retry):
                    inquiryFlights.rest(milliseconds: retry, at: now.steadyMilliseconds)
                }
            } catch {
                // It stays dirty, and is asked about again once the row can be read.
                guard error.kind == .corrupt else { throw error }
            }
        }
        try answer(envelope, .billing(.done))
    }

    /// What the provider says a subscription is. What throws `corrupt` has written nothing.
    private func take(_ fact: SubscriptionFact) throws(StoreError) {
        var desk = try desk()
        let settlement = try desk.settle(.subscription(fact), receivedAt: now.wall)
        let tenant = settlement.tenant.map { Int($0 - 1) }
        let before = tenant.map { standpoint(tenant: $0) }
        try write(desk)
        let after = tenant.map { standpoint(tenant: $0) }
        if before != after {
            try audit(
                tenant: settlement.tenant, actor: "provider", action: "subscription.fetched",
                from: before, to: after)
        }
    }

    /// An answer that settles nothing is the last word once there were many.
    private func giveUpIfInVain(_ id: String) throws(StoreError) {
        guard var row = try rows.subscription(id, isLive: billing.isLive), row.giveUp() else {
            return
        }
        try rows.putSubscription(row)
        let tenant = row.tenant.map { Int($0 - 1) }
        outcome.alarms.append(
            .unsettled(subscription: id, tenant: tenant.map { book.tenants[$0].id }))
        guard let tenant else { return }
        let before = standpoint(tenant: tenant)
        try entitle(tenant: tenant)
        try audit(tenant: tenant, .clock, from: before)
    }
}
