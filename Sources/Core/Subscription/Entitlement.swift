/// What a tenant may have by its subscriptions and the operator's word, at one moment.
package struct Entitlement: Hashable, Sendable {
    /// The plan in effect: the greater of the base plan and what a subscription entitles to.
    package var planID: String
    /// The status in effect, with `manual` before all else.
    package var status: TenantStatus
    /// The subscription that decides the plan or, where none entitles, the status.
    package var decidedBy: String?
    /// The price that entitles, if a subscription decides the plan: a change of it takes the
    /// newest version of the plan.
    package var priceID: String?
    /// When this changes by itself, or a subscription is to be looked at, if no event comes.
    package var nextChange: Timestamp?
    /// When grace ends, where the deciding subscription is past due and grace runs.
    package var graceUntil: Timestamp?
    /// When the deciding subscription is to end.
    package var cancelsAt: Timestamp?
    /// When the deciding subscription is no longer tried out.
    package var trialEnd: Timestamp?
    /// Until when a greater plan's limits stay, where that is why the plan is what it is.
    package var floorUntil: Timestamp?
    /// The day of the month that anchored periods begin on, as the subscription has it.
    package var anchorDay: Int64?
    /// Subscriptions that have been silent for too long: the provider is to be asked.
    package var silent: [String] = []

    /// True if a subscription decides the plan.
    package internal(set) var isPaid = false

    /// Units past the limit may be sold: nothing is owed and nothing is tried out.
    package var allowsOverage: Bool { status == .active }

    /// All that it is decided from.
    package struct Question: Sendable {
        package var subscriptions: [Subscription]
        package var catalog: PlanCatalog
        package var basePlan: String
        package var manual: ManualStatus
        package var now: Timestamp
        package var graceMilliseconds: Int64
        /// How the tenant's quota periods lie: no floor outlasts the one it began in.
        package var window: PeriodWindow
        /// Whether silence can be asked about. Where it cannot, it decides.
        package var canAskProvider: Bool
        /// Subscriptions of which the provider has nothing to say: their silence decides, too.
        package var unanswered: Set<String> = []
        /// Invoices whose payment was refunded or disputed: no floor stands on them.
        package var reversedInvoices: Set<String> = []

        /// What is to be decided now.
        package init(
            subscriptions: [Subscription], catalog: PlanCatalog, basePlan: String,
            manual: ManualStatus, now: Timestamp, graceMilliseconds: Int64,
            window: PeriodWindow = .calendar, canAskProvider: Bool = false
        ) {
            self.subscriptions = subscriptions
            self.catalog = catalog
            self.basePlan = basePlan
            self.manual = manual
            self.now = now
            self.graceMilliseconds = graceMilliseconds
            self.window = window
            self.canAskProvider = canAskProvider
        }
    }

    init(planID: String, status: TenantStatus) {
        self.planID = planID
        self.status = status
    }

    /// The version of the plan: the one held before while plan and price are the same, else the
    /// newest, of a plan that is no longer on offer too.
    package func version(
        after before: PlanVersion?, priceBefore: String?, in catalog: PlanCatalog
    ) -> PlanVersion? {
        if let before, before.id == planID, priceBefore == priceID { return before }
        return catalog.plan(planID)?.key
            ?? catalog.everyVersion.filter { $0.id == planID }.max { $0.version < $1.version }?.key
    }
}
