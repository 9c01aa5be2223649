import Core
import HTTP
import JSON
import Store

/// `/v1/tenants`: the operator's customers.
enum Tenants {
    /// Makes a tenant, on plan `free` unless another is named.
    static func create(_ context: RequestContext) throws(Problem) -> Step {
        let idempotency = try IdempotencyKey.read(context)
        var reader = try BodyReader(context.request)
        let fields = try TenantFields(&reader)
        guard let id = fields.id else {
            if !reader.hasErrors { reader.refuse("$.id", "is missing; give the tenant an id") }
            try reader.finish()
            preconditionFailure("a tenant without an id was accepted")
        }
        try reader.finish()
        var tenant = CreateTenant(
            id: id, name: fields.name.text, email: fields.email.text, plan: fields.plan ?? "free",
            bucket: RolloutBucket.of(tenant: id))
        tenant.choices = fields.choices
        let scene = context.scene
        return .command(.createTenant(tenant), idempotency) { reply in
            guard case .tenantCreated(let view, let isReplay) = reply else {
                return unfulfilled(reply, of: "createTenant", scene)
            }
            return .answer(shown(201, view, scene).replayed(isReplay))
        }
    }

    /// Every tenant that is not deleted, by id.
    static func list(_ context: RequestContext) throws(Problem) -> Step {
        var query = QueryReader(context.request, known: ["limit", "cursor"])
        let limit = query.limit()
        let after = query.value("cursor", expected: "the next_cursor of a page of this list") {
            Names.isTenant($0) ? $0 : nil
        }
        try query.finish()
        let scene = context.scene
        return .query(.tenantList(after: after, limit: limit)) { rows, _ in
            guard case .tenantPage(let tenants, let next) = rows else {
                return .unfulfilled(rows, of: "tenantList")
            }
            return .answer(.page(tenants, next: next) { $0.tenant($1, scene) })
        }
    }

    /// One tenant, with what waits and runs.
    static func read(_ context: RequestContext) throws(Problem) -> Step {
        let scene = context.scene
        let id = try context.pathTenant()
        return .command(.readTenant(id), nil) { reply in
            guard case .refused(.storageUnavailable) = reply else {
                return answer(reply, to: "readTenant", scene)
            }
            // The store can take no batch; its rows can be read.
            return .query(.tenant(id)) { rows, _ in
                guard case .tenant(let view) = rows else {
                    return .unfulfilled(rows, of: "tenant")
                }
                return show(view, scene)
            }
        }
    }

    /// Changes name, email, plan or the terms beside it. What lets more start does so in the same
    /// commit.
    static func update(_ context: RequestContext) throws(Problem) -> Step {
        let id = try context.pathTenant()
        var reader = try BodyReader(context.request)
        let fields = try TenantFields(&reader, ofExisting: id)
        try reader.finish()
        var update = UpdateTenant(id: id)
        update.name = fields.name
        update.email = fields.email
        update.plan = fields.plan
        update.choices = fields.choices
        let scene = context.scene
        return .command(.updateTenant(update), nil) { reply in
            answer(reply, to: "updateTenant", scene)
        }
    }

    /// Pauses, suspends or resumes a tenant by hand.
    static func setManual(
        _ context: RequestContext, _ manual: ManualStatus
    ) throws(Problem) -> Step {
        let id = try context.pathTenant()
        let scene = context.scene
        return .command(.setManual(tenant: id, manual), nil) { reply in
            answer(reply, to: "setManual", scene)
        }
    }

    /// Deletes a tenant. Its waiting jobs are canceled in slices after the answer: hence 202.
    static func delete(_ context: RequestContext) throws(Problem) -> Step {
        let id = try context.pathTenant()
        var query = QueryReader(context.request, known: ["force"])
        let force = query.flag("force")
        try query.finish()
        let scene = context.scene
        return .command(.deleteTenant(tenant: id, force: force), nil) { reply in
            guard case .tenant(let view) = reply else {
                return .unfulfilled(reply, of: "deleteTenant")
            }
            return .answer(shown(202, view, scene))
        }
    }

    private static func answer(
        _ reply: Reply, to command: StaticString, _ scene: Scene
    ) -> Step {
        guard case .tenant(let view) = reply else {
            return unfulfilled(reply, of: command, scene)
        }
        return show(view, scene)
    }

    private static func show(_ view: TenantView, _ scene: Scene) -> Step {
        // What the payment provider says of the subscription that decides is in its row alone.
        guard let decides = view.facts.entitled?.subscription else {
            return .answer(shown(200, view, scene))
        }
        return .query(.billing(.subscriptions(tenant: view.id))) { rows, _ in
            guard case .billing(.subscriptions(let subscriptions)) = rows else {
                return .unfulfilled(rows, of: "subscriptions")
            }
            let row = subscriptions.first { $0.subscription.id == decides }
            return .answer(shown(200, view, scene, subscription: row))
        }
    }

    private static func unfulfilled(
        _ reply: Reply, of command: StaticString, _ scene: Scene
    ) -> Step {
        var path: String?
        // Only a spend cap names a metric.
        if case .refused(.metricUnknown(let metric, _)) = reply { path = "$.spend_cap.\(metric)" }
        return .unfulfilled(reply, of: command, path: path, catalog: scene.catalog)
    }

    private static func shown(
        _ status: Int, _ view: TenantView, _ scene: Scene, subscription: SubscriptionRow? = nil
    ) -> Response {
        var writer = JSONWriter(capacity: 1_024)
        writer.tenant(view, scene, subscription: subscription)
        return .json(status, writer)
    }
}

extension UpdateTenant.FieldChange {
    /// The text that a new tenant gets.
    fileprivate var text: String? {
        switch self {
        case .keep: nil
        case .set(let text): text
        }
    }
}
