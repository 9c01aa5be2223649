/// What a tenant's subscriptions came to when they were last looked at. It is kept with the
/// tenant's other facts, so that nobody has to read subscriptions to decide whether a job starts.
package struct Entitled: Hashable, Sendable {
    /// The plan that a subscription pays for, where that decides the plan in effect.
    package var plan: PlanVersion?
    /// The status by subscriptions; the operator's word comes before it.
    package var status: TenantStatus
    /// The subscription that decides.
    package var subscription: String?
    /// The price that entitles: a change of it takes the newest version of the plan.
    package var price: String?
    package var graceUntil: Timestamp?
    package var cancelsAt: Timestamp?
    package var trialEnd: Timestamp?
    /// Until when a greater plan's limits stay.
    package var floorUntil: Timestamp?
    /// When it is to be looked at again if nothing is heard.
    package var nextChange: Timestamp?

    /// Nothing but a status.
    package init(status: TenantStatus) { self.status = status }

    /// What `entitlement` comes to for a tenant that had `before`; nil if no subscription has a
    /// say and none will by itself.
    package init?(
        _ entitlement: Entitlement, after before: Entitled?, in catalog: PlanCatalog
    ) {
        guard entitlement.decidedBy != nil || entitlement.nextChange != nil else { return nil }
        status = entitlement.status
        subscription = entitlement.decidedBy
        price = entitlement.priceID
        graceUntil = entitlement.graceUntil
        cancelsAt = entitlement.cancelsAt
        trialEnd = entitlement.trialEnd
        floorUntil = entitlement.floorUntil
        nextChange = entitlement.nextChange
        guard entitlement.isPaid else { return }
        plan = entitlement.version(
            after: before?.plan, priceBefore: before?.price, in: catalog)
    }
}
