package import Core
package import Store

/// What the simulator looks at of events and subscriptions.
extension ModelStore {
    /// The rows of subscriptions and money, for what no query shows.
    package var billingRows: any BillingRowStore { billing }

    /// How many events of the provider are remembered.
    package var eventCount: Int { billing.events.count }

    /// How many events failed and are to be tried again.
    package var failedEvents: Int { billing.events.values.count { $0.state == .failed } }

    /// True if an event that belonged to nobody in another store is applied in this one.
    package func hasAppliedOrphan(of before: ModelStore) -> Bool {
        before.billing.events.values.contains {
            $0.state == .orphan && billing.events[$0.id]?.state == .applied
        }
    }

    /// The grants whose money went back.
    package var grantsTakenBack: Set<GrantID> {
        Set(tenants.flatMap(\.grants).filter(\.isTakenBack).map(\.id))
    }

    /// The grants that count, or will.
    package var grantsOpen: Set<GrantID> {
        Set(tenants.flatMap(\.grants).filter(\.isOpen).map(\.id))
    }

    /// How many subscriptions belong to nobody yet.
    package var orphanSubscriptions: Int {
        billing.subscriptions.values.count { $0.tenant == nil }
    }

    /// How often the provider was asked about what is still in doubt.
    package var questionsAsked: Int64 {
        billing.subscriptions.values.reduce(0) { $0 + $1.asks }
    }

    /// What was noted in the audit since `before` was as this store is now.
    package func auditActions(after before: ModelStore) -> [String] {
        let last = before.billing.audits.last?.id
        return billing.audits.filter { line in last.map { line.id > $0 } ?? true }.map(\.action)
    }

    /// What subscriptions came to for the tenants that are there.
    package var entitlements: [Entitled] {
        tenants.filter { !$0.facts.isDeleted }.compactMap(\.facts.entitled)
    }

    /// The tenants that have a plan, or another status than a good one, of a subscription.
    package var entitledTenants: [String] {
        tenants.filter { tenant in
            guard !tenant.facts.isDeleted, let entitled = tenant.facts.entitled else {
                return false
            }
            return entitled.plan != nil || entitled.status != .active
        }.map(\.id)
    }

    /// SEMANTICS §4: news of a debt move the start of its grace earlier, never later; only those
    /// of a payment do, or of an end that later news take back. The first start that moved since
    /// `before` was as this store is now.
    package func graceViolation(since before: ModelStore) -> String? {
        for (key, row) in billing.subscriptions {
            guard let known = before.billing.subscriptions[key]?.subscription,
                let since = known.state.pastDueSince,
                let start = row.subscription.state.pastDueSince, start > since
            else { continue }
            // A late fact may have gone into the base at once.
            let ids = Set((known.facts + [known.base?.fact].compactMap(\.self)).map(\.eventID))
            let facts =
                row.subscription.facts + [row.subscription.base?.fact].compactMap(\.self)
            let mayMove = facts.contains { fact in
                guard !ids.contains(fact.eventID) else { return false }
                // The order of several of one second may be told by one that came later.
                return [.active, .trialing, .canceled, .incompleteExpired].contains(fact.status)
                    || facts.contains { $0 != fact && $0.order.ties(with: fact.order) }
            }
            guard !mayMove else { continue }
            return "the grace of \(key.id) began at \(since) and now begins at \(start)"
        }
        return nil
    }

    /// SEMANTICS §4: what events come to does not depend on the order in which they came.
    func orderViolations() -> [String] {
        billing.subscriptions.values.compactMap { row in
            guard let again = row.subscription.inOrder, again != row.subscription else {
                return nil
            }
            return "the facts of \(row.subscription.id) come to \(row.subscription), and in their"
                + " order to \(again)"
        }
    }

    /// What is in doubt is to be asked about, or was asked about in vain: no question is lost.
    func inquiryViolations() -> [String] {
        billing.subscriptions.values
            .filter { $0.subscription.isDirty && $0.askAt == nil && !$0.isGivenUp }
            .map { "nobody is to be asked about \($0.subscription.id), which is in doubt" }
    }

    /// SEMANTICS §4: one line an event, and changes without a gap that end where a tenant stands.
    func auditViolations() -> [String] {
        var found: [String] = []
        let told = billing.audits.compactMap(\.event)
        if told.count != Set(told).count || !Set(told).isSuperset(of: billing.events.keys) {
            found.append("\(told.count) lines tell of \(billing.events.count) events")
        }
        var last: [Int64: AuditRow.Standpoint] = [:]
        for line in billing.audits where line.before != line.after {
            guard let tenant = line.tenant else {
                found.append("line \(line.id) changes nobody")
                continue
            }
            if line.before != last[tenant] {
                found.append("line \(line.id) does not go on where the one before it ended")
            }
            last[tenant] = line.after
        }
        for index in tenants.indices where last[Int64(index + 1)] != standpoint(index) {
            found.append("the audit of \(tenants[index].id) ends elsewhere than it stands")
        }
        return found
    }
}
