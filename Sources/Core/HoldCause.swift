/// Why a gate is closed beside the plan's figures, so that nobody is sent to what cannot open it.
package enum HoldCause: Hashable, Sendable {
    /// The operator's word, which the operator takes back: a stop, or overage that it withholds.
    case manual
    /// What a subscription has come to. Only news of it lifts that.
    case subscription(String?)
    /// What is sold is withheld while the subscription gives the tenant this status.
    case withheld(Withheld, TenantStatus, subscription: String?)

    /// What a tenant has not got because of how it stands with whoever is paid.
    package enum Withheld: Hashable, Sendable {
        /// Units past the limit, which it agreed to and its plan sells.
        case overage
        /// The plan of the subscription.
        case plan
    }
}

extension TenantFacts {
    /// What stops all of the tenant's jobs: first what is in effect, then what remains without it.
    /// That a tenant is deleted has no cause.
    package var stops: [Hold] {
        if isDeleted { return [Hold(reason: .tenantSuspended)] }
        var stops: [Hold] = []
        switch manual {
        case .none: break
        case .paused: stops.append(Hold(reason: .tenantPaused, cause: .manual))
        case .suspended: stops.append(Hold(reason: .tenantSuspended, cause: .manual))
        }
        guard let entitled else { return stops }
        let cause = HoldCause.subscription(entitled.subscription)
        switch entitled.status {
        case .active, .trialing, .pastDue, .pendingPayment: break
        case .paused: stops.append(Hold(reason: .tenantPaused, cause: cause))
        case .suspended, .deleted: stops.append(Hold(reason: .tenantSuspended, cause: cause))
        }
        return stops
    }

    /// True if a subscription decides the status and no word of the operator's is before it.
    package var isStatusBySubscription: Bool {
        manual == .none && !isDeleted && entitled?.subscription != nil
    }

    /// The plan of a subscription that would count if it were paid; nil where none waits for that.
    package var planWithheld: HoldCause? {
        guard let entitled, entitled.plan == nil, let subscription = entitled.subscription
        else { return nil }
        return switch entitled.status {
        case .pastDue, .pendingPayment:
            .withheld(.plan, entitled.status, subscription: subscription)
        case .active, .trialing, .paused, .suspended, .deleted: nil
        }
    }
}

extension TenantTerms {
    /// Why the tenant has less of a metric than it would if nothing was owed and nobody had stopped
    /// it: overage that would make room, or the plan. `amount` is what was asked for and does not
    /// fit; nil is whatever comes next.
    package func cause(ofClosing account: Account, amount: Int64?) -> HoldCause? {
        makesRoom(forSelling: amount, in: account) ? overageWithheld : facts.planWithheld
    }

    /// True if more would fit were the overage sold that the status withholds.
    private func makesRoom(forSelling amount: Int64?, in account: Account) -> Bool {
        guard isEnforced, facts.status != .active else { return false }
        let sold = account.selling(overageSold(account.terms, base: account.base))
        guard let amount else { return sold.overageLeft > 0 }
        // What fits into no period waits for none.
        if amount > account.capacity { return amount <= sold.capacity }
        return sold.admission(of: amount) != nil
    }

    /// Who withholds overage: a debt remains when the operator's word is taken back.
    private var overageWithheld: HoldCause? {
        if let entitled = facts.entitled, entitled.status != .active {
            return .withheld(.overage, entitled.status, subscription: entitled.subscription)
        }
        return facts.manual == .none ? nil : .manual
    }
}
