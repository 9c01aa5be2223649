import StoreSQLite

extension Damage {
    /// What is spoilt of events, subscriptions and the audit.
    static let billing = [
        Damage(.eventAudited, "DELETE FROM audit WHERE event = 'evt_3'"),
        Damage(.eventAudited, "UPDATE audit SET outcome = 1 WHERE event = 'evt_1'"),
        Damage(
            .eventAudited, also: [.failedEventRetried],
            "UPDATE webhook_events SET state = 0 WHERE id = 'evt_3'"),
        Damage(
            .failedEventRetried, "UPDATE webhook_events SET retry_at = NULL WHERE id = 'evt_3'"),
        Damage(.failedEventRetried, "UPDATE webhook_events SET retry_at = 1 WHERE id = 'evt_1'"),
        Damage(.auditChain, "UPDATE audit SET status_after = 1 WHERE event = 'evt_1'"),
        Damage(.auditChain, "UPDATE audit SET version_before = 2 WHERE event = 'evt_2'"),
        Damage(
            .auditChain,
            "UPDATE audit SET plan_before = NULL, version_before = NULL, "
                + "status_before = NULL WHERE event = 'evt_2'"),
        Damage(.auditChain, "UPDATE tenants SET entitled_status = 1 WHERE id = 'paid'"),
        Damage(.auditChain, "UPDATE tenants SET manual = 2 WHERE id = 'paid'"),
        Damage(
            .planKnown, also: [.auditChain],
            "UPDATE tenants SET entitled_version = 7 WHERE id = 'paid'"),
        Damage(.subscriptionOwner, "UPDATE customers SET tenant = 1 WHERE id = 'cus_1'"),
        Damage(.subscriptionOwner, "UPDATE subscriptions SET tenant = NULL WHERE id = 'sub_1'"),
        Damage(
            .rowsReadable,
            "UPDATE subscriptions SET facts = substr(facts, 1, length(facts) - 1)"),
        Damage(.deadlineKept, "DELETE FROM deadlines WHERE event = 4"),
        Damage(
            .deadlineKept, also: [.deadlineLeadsToRow],
            "UPDATE deadlines SET at = at + 1 WHERE event = 4"),
        Damage(
            .deadlineLeadsToRow,
            "UPDATE tenants SET entitlement_turns = NULL WHERE id = 'paid'"),
    ]
}
