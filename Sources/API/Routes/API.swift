import Core
package import HTTP
import Store

/// The outer surface: from a request to the first step of its handler. It knows no loop, no socket
/// and no store.
package struct API: Sendable {
    package let settings: Settings
    private let router: Router<Route>
    /// Fields of which the last would count for one reader and the first for another.
    private static let singleFields: [StaticString] = [
        "Authorization", "Weir-Tenant", "Idempotency-Key", "Content-Type",
    ]

    /// The routes of a server with these settings.
    package init(settings: Settings) {
        self.settings = settings
        router = Router(
            Route.allCases.map { route in
                let (method, path) = route.pattern
                return (method, path, route)
            })
    }

    /// What a request without a valid key gets, and one whose key was revoked while it waited.
    package static var unauthenticated: Response {
        Problem.unauthenticated.response().with("WWW-Authenticate", "Bearer")
    }

    /// What a request with this head gets without its body being read. Who may not call has the
    /// server hold no more than a little.
    package func refusal(
        of head: RequestHead, in directory: Directory, webhooks: WebhookInbox
    ) -> HeadRefusal? {
        if let bytes = head.bodyBytes, bytes <= Limits.bodyBytesUnasked { return nil }
        switch router.match(head.method, head.path) {
        case .notFound:
            return HeadRefusal(Problem.noRoute(head.path).response())
        case .methodNotAllowed(let allow):
            return HeadRefusal(Problem.method(head.method.name, allow: allow))
        case .found(let route, _):
            if route == .receiveWebhook { return Webhooks.refusal(of: head, webhooks) }
            if route.needsNoKey {
                return HeadRefusal(
                    Problem.bodyNotWanted(bytesMax: Limits.bodyBytesUnasked).response())
            }
            if route == .moveClock, !settings.hasTestClock {
                return HeadRefusal(Problem.noRoute(head.path).response())
            }
            guard
                let entry = Authentication.entry(
                    head.headerBytes("Authorization"), in: directory)
            else { return HeadRefusal(API.unauthenticated) }
            return route.refusal(of: entry.grant.scope).map { HeadRefusal($0.response()) }
        }
    }

    /// Whose share of the server's memory the body after this head counts in. A small one is in
    /// nobody's, and its key is not looked for.
    package func sharer(of head: RequestHead, in directory: Directory) -> String? {
        if let bytes = head.bodyBytes, bytes <= Limits.bodyBytesUnasked { return nil }
        let entry = Authentication.entry(head.headerBytes("Authorization"), in: directory)
        return entry.map(\.grant.sharer) ?? Response.stranger
    }

    /// Who calls, where that is known, and what to do first.
    package func open(_ request: Request, in directory: Directory, scene: Scene) -> Opening {
        switch router.match(request.method, request.path) {
        case .notFound:
            return Opening(.problem(.noRoute(request.path)))
        case .methodNotAllowed(let allow):
            return Opening(.answer(Problem.method(request.method.name, allow: allow)))
        case .found(.healthz, _):
            return Opening(Health.alive(), isHealth: true)
        case .found(.readyz, _):
            return Opening(Health.ready(scene: scene, settings: settings), isHealth: true)
        case .found(.listOpenPlans, _):
            return Opening(PlanReads.openList(request, catalog: scene.catalog))
        case .found(.receiveWebhook, _):
            return Opening(Webhooks.receive(request, scene: scene))
        case .found(.moveClock, _) where !settings.hasTestClock:
            return Opening(.problem(.noRoute(request.path)))
        case .found(let route, let parameters):
            return open(request, route, parameters, directory, scene)
        }
    }

    private func open(
        _ request: Request, _ route: Route, _ parameters: [String], _ directory: Directory,
        _ scene: Scene
    ) -> Opening {
        do throws(Problem) {
            if let name = request.repeated(of: API.singleFields) { throw .repeatedField(name) }
            guard let caller = try Authentication.caller(of: request, in: directory) else {
                return Opening(.answer(API.unauthenticated))
            }
            if let problem = route.refusal(of: caller.grant.scope) { throw problem }
            let context = RequestContext(
                request: request, parameters: parameters, caller: caller, scene: scene,
                settings: settings)
            return Opening(try API.step(route, context), caller: caller)
        } catch {
            return Opening(.problem(error))
        }
    }

    private static func step(
        _ route: Route, _ context: RequestContext
    ) throws(Problem) -> Step {
        switch route {
        case .healthz: Health.alive()
        case .readyz: Health.ready(scene: context.scene, settings: context.settings)
        case .listOpenPlans:
            PlanReads.openList(context.request, catalog: context.catalog)
        case .receiveWebhook: Webhooks.receive(context.request, scene: context.scene)
        case .createTenant: try Tenants.create(context)
        case .listTenants: try Tenants.list(context)
        case .readTenant: try Tenants.read(context)
        case .updateTenant: try Tenants.update(context)
        case .deleteTenant: try Tenants.delete(context)
        case .pauseTenant: try Tenants.setManual(context, .paused)
        case .suspendTenant: try Tenants.setManual(context, .suspended)
        case .resumeTenant: try Tenants.setManual(context, .none)
        case .listPlans: try PlanReads.list(context)
        case .readPlan: try PlanReads.read(context)
        case .movePlan: try PlanMoves.move(context)
        case .whatIf: try WhatIfReports.read(context)
        case .listOverrides: try Overrides.list(context)
        case .putOverride: try Overrides.put(context)
        case .removeOverride: try Overrides.remove(context)
        case .listGrants: try Grants.list(context)
        case .addGrant: try Grants.add(context)
        case .revokeGrant: try Grants.revoke(context)
        case .createKey: try Keys.create(context, tenant: nil)
        case .listKeys: try Keys.list(context, tenant: nil)
        case .revokeKey: try Keys.revoke(context, tenant: nil, text: context.parameters[0])
        case .createTenantKey: try Keys.create(context, tenant: context.pathTenant())
        case .listTenantKeys: try Keys.list(context, tenant: context.pathTenant())
        case .revokeTenantKey:
            try Keys.revoke(context, tenant: context.pathTenant(), text: context.parameters[1])
        case .submitJob: try Jobs.submit(context)
        case .submitBatch: try JobBatches.submit(context)
        case .listJobs: try JobReads.list(context)
        case .readJob: try JobReads.read(context)
        case .cancelJob: try Jobs.cancel(context)
        case .explainJob: try Why.explain(context)
        case .readLog: try LogReads.read(context)
        case .pull: try Pulls.pull(context)
        case .heartbeat: try Heartbeats.renew(context)
        case .complete: try Completions.complete(context)
        case .fail: try Failures.fail(context)
        case .release: try Releases.release(context)
        case .readUsage: try UsageReports.read(context, tenant: context.pathTenant())
        case .readOwnUsage: try UsageReports.read(context, tenant: context.actingTenant())
        case .readOwnMetric: try UsageReports.readMetric(context)
        case .readOwnQuotas: try UsageReports.readQuotas(context)
        case .listLedger: try Ledger.list(context)
        case .countUsage: try UsageCounts.count(context, mustFit: false)
        case .consumeUsage: try UsageCounts.count(context, mustFit: true)
        case .setGauge: try UsageCounts.setGauge(context)
        case .checkLimit: try Checks.limit(context)
        case .checkFeature: try Checks.feature(context)
        case .readEnforcement: try EnforcementCalls.read(context)
        case .setEnforcement: try EnforcementCalls.set(context)
        case .listWouldHold: try EnforcementCalls.wouldHold(context)
        case .listEndpoints: try WebhookEndpoints.list(context)
        case .createEndpoint: try WebhookEndpoints.create(context)
        case .readEndpoint: try WebhookEndpoints.read(context)
        case .updateEndpoint: try WebhookEndpoints.update(context)
        case .removeEndpoint: try WebhookEndpoints.remove(context)
        case .rotateEndpoint: try WebhookEndpoints.rotate(context)
        case .listDeliveries: try WebhookDeliveries.list(context)
        case .replayDelivery: try WebhookDeliveries.replay(context)
        case .replayFailed: try WebhookDeliveries.replayFailed(context)
        case .listEvents: try WebhookEvents.list(context)
        case .readEvent: try WebhookEvents.read(context)
        case .replayEvent: try WebhookEvents.replay(context)
        case .readWebhookHealth: try WebhookEvents.health(context)
        case .listAudit: try AuditReads.list(context, tenant: context.caller.tenant)
        case .listTenantAudit: try AuditReads.list(context, tenant: context.pathTenant())
        case .readBillingStatus: try BillingStatus.read(context)
        case .moveClock: try TestClock.move(context)
        }
    }
}

/// The beginning of an exchange.
package struct Opening {
    package let caller: Caller?
    package let step: Step
    /// True for the routes that answer even while the server drains.
    package let isHealth: Bool

    init(_ step: Step, caller: Caller? = nil, isHealth: Bool = false) {
        self.caller = caller
        self.step = step
        self.isHealth = isHealth
    }
}
