extension Gate {
    /// What would keep `amount` more of a metric from being used now, or nil. Of `jobs` it is what
    /// would keep a job of that cost from starting, but for its kind.
    package static func limitHold(
        amount: Int64, account: Account, isGauge: Bool, for tenant: Tenant, catalog: PlanCatalog
    ) -> Hold? {
        if account.metric == .jobs {
            return hold(.fresh(kind: "", cost: amount), for: tenant, catalog: catalog)
        }
        if tenant.terms.facts.status == .suspended { return tenant.terms.facts.stops.first }
        let fits: Bool
        if isGauge {
            let limit = account.isEnforced && account.terms.cap == .hard ? account.base : .unlimited
            fits = (limit.remaining(used: account.usage.total) ?? .max) >= amount
        } else {
            fits = account.admission(of: amount) != nil
        }
        if fits { return nil }
        var hold = quotaHold(account, cost: amount, of: tenant, catalog: catalog)
        // A gauge has no period whose end would make room.
        if isGauge { hold.resumesAt = nil }
        return hold
    }

    /// What keeps a tenant from using a feature, or nil.
    package static func featureHold(
        _ feature: String, terms: TenantTerms, catalog: PlanCatalog
    ) -> Hold? {
        if terms.plan.terms.features.contains(feature) || !terms.isEnforced { return nil }
        var hold = Hold(reason: .featureNotInPlan)
        hold.feature = feature
        hold.cause = terms.facts.planWithheld
        hold.upgradeTo = catalog.plan(withFeature: feature, above: terms.plan)?.id
        return hold
    }
}
