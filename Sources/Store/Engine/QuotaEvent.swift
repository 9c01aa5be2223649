package import Core

/// What a tenant is told when a threshold is crossed: `quota.warning` before the limit,
/// `quota.exceeded` from it on.
package struct QuotaEvent: Hashable, Sendable {
    private let tenant: String
    private let account: Account
    private let threshold: Int64
    private let period: Period
    private let plan: String

    /// `threshold` per cent were reached, and the account is as `account` says.
    package init(
        tenant: String, account: Account, threshold: Int64, period: Period, plan: String
    ) {
        self.tenant = tenant
        self.account = account
        self.threshold = threshold
        self.period = period
        self.plan = plan
    }

    /// The event's type.
    package var type: EventType { threshold < 100 ? .quotaWarning : .quotaExceeded }

    /// Names of tenants, plans and metrics hold nothing that JSON would have to escape.
    package var data: [UInt8] {
        let used = account.metric.shown(account.usage.total)
        let limit = account.limit.units.map { "\(account.metric.shown($0))" } ?? "null"
        let isGauge = account.terms.type == .gauge
        let periodText = isGauge ? "null" : "\"\(period)\""
        return Array(
            (#"{"tenant":"\#(tenant)","metric":"\#(account.metric.name)","threshold":\#(threshold)"#
                + #","used":\#(used),"limit":\#(limit),"period":\#(periodText),"plan":"\#(plan)"}"#)
                .utf8)
    }
}
