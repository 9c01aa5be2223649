import Core
import JSON
import Store

extension JSONWriter {
    /// A tenant with its figures of the moment.
    mutating func tenant(
        _ tenant: TenantView, _ scene: Scene, subscription: SubscriptionRow? = nil
    ) {
        beginObject()
        tenantFields(
            id: tenant.id, name: tenant.name, email: tenant.email, facts: tenant.facts,
            effectivePlan: tenant.effectivePlan, scene, subscription: subscription)
        field("waiting", tenant.waiting)
        field("running", Int64(tenant.running))
        time("created_at", tenant.createdAt)
        endObject()
    }

    /// A tenant in a list, without the figures that only the store's memory has.
    mutating func tenant(_ tenant: TenantSummary, _ scene: Scene) {
        beginObject()
        tenantFields(
            id: tenant.id, name: tenant.name, email: tenant.email, facts: tenant.facts,
            effectivePlan: tenant.effectivePlan, scene)
        time("created_at", tenant.createdAt)
        endObject()
    }

    private mutating func tenantFields(
        id: String, name: String?, email: String?, facts: TenantFacts,
        effectivePlan: PlanVersion, _ scene: Scene, subscription: SubscriptionRow? = nil
    ) {
        field("id", id)
        field("name", name)
        field("plan", facts.basePlan.id)
        field("plan_version", facts.basePlan.version)
        field("on_quota", facts.onQuota.name)
        field("pay_as_you_go", facts.payAsYouGo)
        spendCaps(facts.spendCaps)
        period(facts, scene)
        field("email", email)
        field("status", facts.status.name)
        field("effective_plan", effectivePlan.id)
        field("plan_decided_by", facts.entitled?.plan == nil ? "operator" : "subscription")
        field("status_decided_by", facts.isStatusBySubscription ? "subscription" : "operator")
        entitlement(facts.entitled, subscription)
        field("manual", facts.manual.name)
        stops(facts.stops, tenant: id)
    }

    /// What stops all of the tenant's jobs, and what lifts each of it.
    private mutating func stops(_ stops: [Hold], tenant: String) {
        key("blockers")
        beginArray()
        for stop in stops {
            let words = StopWords(stop, tenant: tenant)
            beginObject()
            field("code", stop.reason.code)
            field("detail", words.detail)
            field("fix", words.fix)
            cause(stop.cause)
            endObject()
        }
        endArray()
    }

    /// Null where no subscription has a say. With the row of the one that has, also what the
    /// payment provider says of it.
    private mutating func entitlement(_ entitled: Entitled?, _ row: SubscriptionRow?) {
        key("entitlement")
        guard let entitled else { return null() }
        beginObject()
        field("plan", entitled.plan?.id)
        field("plan_version", entitled.plan?.version)
        field("status", entitled.status.name)
        field("subscription", entitled.subscription)
        if let row { field("subscription_status", row.subscription.state.status.name) }
        time("grace_until", entitled.graceUntil)
        time("cancel_at", entitled.cancelsAt)
        time("trial_end", entitled.trialEnd)
        time("floor_until", entitled.floorUntil)
        endObject()
    }

    /// Null where the base limits are the caps.
    private mutating func spendCaps(_ caps: OverageCaps) {
        key("spend_cap")
        guard !caps.all.isEmpty else { return null() }
        beginObject()
        for cap in caps.all {
            key(cap.metric.name)
            integer(cap.metric.shown(cap.units))
        }
        endObject()
    }

    /// The mode is what was chosen; a change of it takes effect at the end of a window, so the one
    /// that runs may still be of the other.
    private mutating func period(_ facts: TenantFacts, _ scene: Scene) {
        let plan = facts.plan(in: scene.catalog)
        let running = facts.window.period(on: scene.day)
        field("period", (facts.periodMode ?? plan.terms.period).name)
        key("quota_period")
        beginObject()
        let resetsAt = facts.window.resetsAt(on: scene.day)
        periodFields(running, end: resetsAt)
        time("resets_at", resetsAt)
        endObject()
    }

    /// A period by its name and its ends, in an object that is open. It may go on for longer than
    /// it would if no change was to come.
    mutating func periodFields(_ period: Period, end: Timestamp? = nil) {
        field("key", period.description)
        time("start", period.start)
        time("end", end ?? period.end)
    }

    /// `period` as an object.
    mutating func period(_ period: Period, end: Timestamp? = nil) {
        key("period")
        beginObject()
        periodFields(period, end: end)
        endObject()
    }

    /// What a key may do, without its text.
    mutating func grantFields(_ grant: KeyGrant) {
        field("scope", grant.scope.name)
        field("tenant", grant.tenant)
        texts("queues", grant.queues)
        texts("tenants", grant.tenants)
    }
}
