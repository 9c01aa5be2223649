import Core
import Store

/// Questions to the payment provider.
extension ModelStore {
    func askIfDirty(_ id: String) {
        guard var row = billing.subscription(id, isLive: conditions.isLive) else { return }
        _ = row.plan(at: now.wall)
        billing.putSubscription(row)
    }

    func doubt(_ id: String) {
        guard conditions.canAskProvider,
            var row = billing.subscription(id, isLive: conditions.isLive),
            !row.subscription.isDirty
        else { return }
        row.subscription.doubt(at: now.wall)
        billing.putSubscription(row)
        askIfDirty(id)
    }

    func askProvider() {
        guard conditions.canAskProvider else { return }
        let room = inquiryFlights.room(of: limits.inquiriesMax, at: now.steadyMilliseconds)
        let due = billing.dueInquiries(until: now.wall, isLive: conditions.isLive, limit: room)
        for var row in due {
            outcome.inquiries.append(
                ProviderInquiry(subscription: row.subscription, isLive: row.isLive))
            inquiryFlights.begin(row.subscription, at: now.steadyMilliseconds)
            row.ask(at: now.wall)
            billing.putInquiry(row)
        }
    }

    func nextInquirySteady(at now: Moment) -> Int64? {
        guard conditions.canAskProvider,
            let time = billing.earliestInquiry(isLive: conditions.isLive)
        else { return nil }
        let due = now.steadyMilliseconds + max(0, time.since(now.wall))
        let free = inquiryFlights.freeAt(of: limits.inquiriesMax, at: now.steadyMilliseconds)
        return max(due, free ?? due)
    }

    func take(_ finding: ProviderFinding) {
        inquiryFlights.end(finding.subscription)
        guard finding.isLive == conditions.isLive else { return }
        switch finding.answer {
        case .found(let fact):
            take(fact)
            giveUpIfInVain(finding.subscription)
        case .unknown: giveUpIfInVain(finding.subscription)
        case .unavailable(let retry):
            inquiryFlights.rest(milliseconds: retry, at: now.steadyMilliseconds)
        }
    }

    private func take(_ fact: SubscriptionFact) {
        var desk = desk()
        guard let settlement = try? desk.settle(.subscription(fact), receivedAt: now.wall)
        else { return }
        let before = settlement.tenant.map { standpoint(Int($0 - 1)) }
        write(desk)
        let after = settlement.tenant.map { standpoint(Int($0 - 1)) }
        guard before != after else { return }
        audit(
            settlement.tenant, actor: "provider", action: "subscription.fetched", from: before,
            to: after)
    }

    private func giveUpIfInVain(_ id: String) {
        guard var row = billing.subscription(id, isLive: conditions.isLive), row.giveUp() else {
            return
        }
        billing.putSubscription(row)
        let index = row.tenant.map { Int($0 - 1) }
        outcome.alarms.append(.unsettled(subscription: id, tenant: index.map { tenants[$0].id }))
        guard let index else { return }
        let before = standpoint(index)
        entitle(index)
        audit(index, .clock, from: before)
    }
}
