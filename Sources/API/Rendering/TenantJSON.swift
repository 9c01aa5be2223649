import Core
import JSON
import Store

extension JSONWriter {
    /// A tenant with its figures of the moment.
    mutating func tenant(_ tenant: TenantView) {
        beginObject()
        tenantFields(
            id: tenant.id, name: tenant.name, email: tenant.email, facts: tenant.facts,
            effectivePlan: tenant.effectivePlan)
        field("waiting", tenant.waiting)
        field("running", Int64(tenant.running))
        time("created_at", tenant.createdAt)
        endObject()
    }

    /// A tenant in a list, without the figures that only the store's memory has.
    mutating func tenant(_ tenant: TenantSummary) {
        beginObject()
        tenantFields(
            id: tenant.id, name: tenant.name, email: tenant.email, facts: tenant.facts,
            effectivePlan: tenant.effectivePlan)
        time("created_at", tenant.createdAt)
        endObject()
    }

    /// The four terms that cannot be changed yet are shown as they hold for everybody.
    private mutating func tenantFields(
        id: String, name: String?, email: String?, facts: TenantFacts, effectivePlan: String
    ) {
        field("id", id)
        field("name", name)
        field("plan", facts.basePlan)
        field("on_quota", "hold")
        field("pay_as_you_go", false)
        json("spend_cap", nil)
        field("period", "calendar")
        field("email", email)
        field("status", facts.status.name)
        field("effective_plan", effectivePlan)
        json("entitlement", nil)
        field("manual", facts.manual.name)
    }

    /// What a key may do, without its text.
    mutating func grantFields(_ grant: KeyGrant) {
        field("scope", grant.scope.name)
        field("tenant", grant.tenant)
        texts("queues", grant.queues)
        texts("tenants", grant.tenants)
    }
}
