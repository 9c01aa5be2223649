import HTTP
import Store

/// What can be called.
enum Route: Sendable, CaseIterable {
    case healthz, readyz, listOpenPlans, receiveWebhook
    case createTenant, listTenants, readTenant, updateTenant, deleteTenant
    case pauseTenant, suspendTenant, resumeTenant
    case listPlans, readPlan, movePlan, whatIf
    case listOverrides, putOverride, removeOverride
    case listGrants, addGrant, revokeGrant
    case createKey, listKeys, revokeKey
    case createTenantKey, listTenantKeys, revokeTenantKey
    case submitJob, submitBatch, listJobs, readJob, cancelJob, explainJob, readLog
    case pull, heartbeat, complete, fail, release
    case readUsage, readOwnUsage, readOwnMetric, readOwnQuotas, listLedger
    case countUsage, consumeUsage, setGauge
    case checkLimit, checkFeature
    case readEnforcement, setEnforcement, listWouldHold
    case listEndpoints, createEndpoint, readEndpoint, updateEndpoint, removeEndpoint, rotateEndpoint
    case listDeliveries, replayDelivery, replayFailed
    case listEvents, readEvent, replayEvent, readWebhookHealth
    case listAudit, listTenantAudit, readBillingStatus
    case moveClock

    /// The method and the path, with a colon before each segment that is open.
    var pattern: (Method, String) {
        switch self {
        case .healthz: (.get, "/healthz")
        case .readyz: (.get, "/readyz")
        case .listOpenPlans: (.get, "/v1/billing/plans")
        case .receiveWebhook: (.post, "/v1/webhooks/stripe")
        case .createTenant: (.post, "/v1/tenants")
        case .listTenants: (.get, "/v1/tenants")
        case .readTenant: (.get, "/v1/tenants/:id")
        case .updateTenant: (.patch, "/v1/tenants/:id")
        case .deleteTenant: (.delete, "/v1/tenants/:id")
        case .pauseTenant: (.post, "/v1/tenants/:id/pause")
        case .suspendTenant: (.post, "/v1/tenants/:id/suspend")
        case .resumeTenant: (.post, "/v1/tenants/:id/resume")
        case .listPlans: (.get, "/v1/plans")
        case .readPlan: (.get, "/v1/plans/:id")
        case .movePlan: (.post, "/v1/plans/:id/move")
        case .whatIf: (.get, "/v1/plans/:id/what-if")
        case .listOverrides: (.get, "/v1/tenants/:id/overrides")
        case .putOverride: (.post, "/v1/tenants/:id/overrides")
        case .removeOverride: (.delete, "/v1/tenants/:id/overrides/:metric")
        case .listGrants: (.get, "/v1/tenants/:id/grants")
        case .addGrant: (.post, "/v1/tenants/:id/grants")
        case .revokeGrant: (.delete, "/v1/tenants/:id/grants/:grant")
        case .createKey: (.post, "/v1/keys")
        case .listKeys: (.get, "/v1/keys")
        case .revokeKey: (.delete, "/v1/keys/:id")
        case .createTenantKey: (.post, "/v1/tenants/:id/keys")
        case .listTenantKeys: (.get, "/v1/tenants/:id/keys")
        case .revokeTenantKey: (.delete, "/v1/tenants/:id/keys/:key")
        case .submitJob: (.post, "/v1/jobs")
        case .submitBatch: (.post, "/v1/jobs/batch")
        case .listJobs: (.get, "/v1/jobs")
        case .readJob: (.get, "/v1/jobs/:id")
        case .cancelJob: (.post, "/v1/jobs/:id/cancel")
        case .explainJob: (.get, "/v1/jobs/:id/why")
        case .readLog: (.get, "/v1/jobs/:id/logs")
        case .pull: (.post, "/v1/leases/pull")
        case .heartbeat: (.post, "/v1/leases/heartbeat")
        case .complete: (.post, "/v1/leases/complete")
        case .fail: (.post, "/v1/leases/fail")
        case .release: (.post, "/v1/leases/release")
        case .readUsage: (.get, "/v1/tenants/:id/usage")
        case .readOwnUsage: (.get, "/v1/billing/usage")
        case .readOwnMetric: (.get, "/v1/billing/usage/:metric")
        case .readOwnQuotas: (.get, "/v1/billing/quotas")
        case .listLedger: (.get, "/v1/tenants/:id/ledger")
        case .countUsage: (.post, "/v1/usage")
        case .consumeUsage: (.post, "/v1/usage/consume")
        case .setGauge: (.put, "/v1/usage/:metric")
        case .checkLimit: (.post, "/v1/billing/check-usage-limits")
        case .checkFeature: (.post, "/v1/billing/check-feature-access")
        case .readEnforcement: (.get, "/v1/enforcement")
        case .setEnforcement: (.put, "/v1/enforcement")
        case .listWouldHold: (.get, "/v1/enforcement/would-hold")
        case .listEndpoints: (.get, "/v1/webhook-endpoints")
        case .createEndpoint: (.post, "/v1/webhook-endpoints")
        case .readEndpoint: (.get, "/v1/webhook-endpoints/:id")
        case .updateEndpoint: (.patch, "/v1/webhook-endpoints/:id")
        case .removeEndpoint: (.delete, "/v1/webhook-endpoints/:id")
        case .rotateEndpoint: (.post, "/v1/webhook-endpoints/:id/rotate")
        case .listDeliveries: (.get, "/v1/webhook-endpoints/:id/deliveries")
        case .replayDelivery:
            (.post, "/v1/webhook-endpoints/:id/deliveries/:delivery/replay")
        case .replayFailed: (.post, "/v1/webhook-endpoints/:id/replay")
        case .listEvents: (.get, "/v1/webhook-events")
        case .readEvent: (.get, "/v1/webhook-events/:id")
        case .replayEvent: (.post, "/v1/webhook-events/:id/replay")
        case .readWebhookHealth: (.get, "/v1/webhook-events/health")
        case .listAudit: (.get, "/v1/audit")
        case .listTenantAudit: (.get, "/v1/tenants/:id/audit")
        case .readBillingStatus: (.get, "/v1/billing/status")
        case .moveClock: (.post, "/v1/test/clock")
        }
    }

    /// True if a key of this scope may call the route. Some routes ask for no key.
    func isOpen(to scope: KeyScope) -> Bool {
        switch self {
        case .healthz, .readyz, .listOpenPlans, .receiveWebhook:
            true
        case .createTenant, .listTenants, .readTenant, .updateTenant, .deleteTenant, .pauseTenant,
            .suspendTenant, .resumeTenant, .createKey, .listKeys, .revokeKey, .moveClock,
            .listPlans, .readPlan, .movePlan, .whatIf, .listOverrides, .putOverride,
            .removeOverride, .listGrants, .addGrant, .revokeGrant, .readEnforcement,
            .setEnforcement, .listWouldHold, .listEvents, .readEvent, .replayEvent,
            .readWebhookHealth, .listAudit:
            scope == .admin
        case .createTenantKey, .listTenantKeys, .revokeTenantKey, .listLedger, .listEndpoints,
            .createEndpoint, .readEndpoint, .updateEndpoint, .removeEndpoint, .rotateEndpoint,
            .listDeliveries, .replayDelivery, .replayFailed,
            .listTenantAudit, .readBillingStatus:
            scope == .admin || scope == .owner
        case .submitJob, .submitBatch, .listJobs, .readJob, .cancelJob, .explainJob, .readLog,
            .readUsage, .readOwnUsage, .readOwnMetric, .readOwnQuotas, .checkLimit, .checkFeature:
            scope != .worker
        case .pull, .heartbeat, .complete, .fail, .release, .countUsage, .consumeUsage, .setGauge:
            scope == .admin || scope == .worker
        }
    }

    /// True if whoever asks is answered.
    var needsNoKey: Bool {
        self == .healthz || self == .readyz || self == .listOpenPlans || self == .receiveWebhook
    }

    /// What a key of this scope is told, if the route is not for it.
    func refusal(of scope: KeyScope) -> Problem? {
        if isOpen(to: scope) { return nil }
        let allowed = KeyScope.allCases.filter(isOpen).map(\.name).joined(separator: " or ")
        return .forbidden(scope: scope.name, allowed: allowed)
    }
}
