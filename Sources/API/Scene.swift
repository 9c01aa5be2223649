package import Core

/// What is the case when a request comes in, apart from the request.
package struct Scene: Sendable {
    package let now: Moment
    /// The real steady clock, which long polls live on; no test moves it.
    package let realSteadyMilliseconds: Int64
    /// The day that charges belong to, the plans, and how far limits are enforced, as the last
    /// commit told.
    package let day: Day
    package let catalog: PlanCatalog
    package let enforcement: Enforcement
    package let readiness: Readiness
    package let webhooks: WebhookInbox
    /// What this server has programs for.
    package let kinds: OwnKinds

    /// The state of the server at this moment.
    package init(
        now: Moment, realSteadyMilliseconds: Int64, day: Day, catalog: PlanCatalog,
        enforcement: Enforcement, readiness: Readiness, webhooks: WebhookInbox,
        kinds: OwnKinds = OwnKinds()
    ) {
        self.now = now
        self.realSteadyMilliseconds = realSteadyMilliseconds
        self.day = day
        self.catalog = catalog
        self.enforcement = enforcement
        self.readiness = readiness
        self.webhooks = webhooks
        self.kinds = kinds
    }
}

/// Whether the server can commit.
package enum Readiness: Hashable, Sendable {
    case ready
    /// It cannot now, for a reason that an operator understands.
    case notReady(String)
}
