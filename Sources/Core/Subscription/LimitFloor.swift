/// A greater plan, paid for before a lower price became active: its limits stay for a while.
package struct LimitFloor: Hashable, Sendable {
    package let plan: PlanMatch
    /// When the lower price was first seen.
    package let since: Timestamp
    /// The end of the window that had been paid for.
    package let until: Timestamp
    /// The invoices that were the latest while it was paid: if one of them is taken back, so is
    /// this.
    package let invoices: [String]

    /// The limits of a plan until then.
    package init(plan: PlanMatch, since: Timestamp, until: Timestamp, invoices: [String]) {
        self.plan = plan
        self.since = since
        self.until = until
        self.invoices = invoices
    }
}
