import Core
import Crypto
import HTTP
import JSON
import Store

/// `/v1/keys` and `/v1/tenants/ID/keys`. A key's text is shown once; only its hash is kept.
enum Keys {
    private enum Field: Int, FieldNames {
        case scope, queues, tenants

        var name: StaticString {
            switch self {
            case .scope: "scope"
            case .queues: "queues"
            case .tenants: "tenants"
            }
        }
    }

    /// Makes a key, of a tenant or of none.
    static func create(_ context: RequestContext, tenant: String?) throws(Problem) -> Step {
        let idempotency = try IdempotencyKey.read(context, scope: tenant)
        let grant = try readGrant(context, tenant: tenant)
        let text = KeyText.make(
            scope: grant.scope, randomBytes: context.settings.randomBytes)
        let key = CreateKey(grant: grant, hash: SHA256.hash([UInt8](text.utf8)))
        return .command(.createKey(key), idempotency) { reply in
            guard case .keyCreated(let id, let isReplay) = reply else {
                return .unfulfilled(reply, of: "createKey")
            }
            var writer = JSONWriter()
            writer.beginObject()
            writer.field("id", id.description)
            // The key that the first request made was shown then and is not known here.
            writer.field("key", isReplay ? nil : text)
            writer.grantFields(grant)
            writer.endObject()
            return .answer(Response.json(201, writer).replayed(isReplay))
        }
    }

    private static func readGrant(
        _ context: RequestContext, tenant: String?
    ) throws(Problem) -> KeyGrant {
        let scopes: [KeyScope] = tenant == nil ? [.admin, .worker] : [.tenant, .owner, .worker]
        var reader = try BodyReader(context.request)
        var fields = try FieldWalk<Field>(body: &reader)
        var scope: KeyScope?
        var hasScope = false
        var queues: [String]?
        var tenants: [String]?
        while let (field, value) = fields.next(&reader) {
            let spot = fields.spot(field)
            switch field {
            case .scope:
                hasScope = true
                scope = readScope(value, spot, scopes, &reader)
            case .queues:
                queues = reader.names(value, spot, 1...Limits.pullQueuesMax)
            case .tenants:
                tenants = readTenants(value, spot, ofTenant: tenant != nil, &reader)
            }
        }
        if !hasScope {
            reader.refuse("$.scope", "is missing; give one of \(list(scopes))")
        }
        if let scope, scope != .worker {
            if queues != nil { reader.refuse("$.queues", "is for worker keys only; leave it out") }
            if tenants != nil {
                reader.refuse("$.tenants", "is for worker keys only; leave it out")
            }
        }
        try reader.finish()
        guard let scope else { preconditionFailure("a key without a scope was accepted") }
        return KeyGrant(scope: scope, tenant: tenant, queues: queues, tenants: tenants)
    }

    private static func readScope(
        _ node: JSONNode, _ spot: Spot, _ scopes: [KeyScope], _ reader: inout BodyReader
    ) -> KeyScope? {
        for scope in scopes where node.kind == .string {
            if reader.document.text(node) == scope.name { return scope }
        }
        reader.expected("one of \(list(scopes))", found: node, at: spot.path)
        return nil
    }

    private static func readTenants(
        _ node: JSONNode, _ spot: Spot, ofTenant: Bool, _ reader: inout BodyReader
    ) -> [String]? {
        if ofTenant, node.kind != .null {
            reader.refuse(spot.path, "a tenant's key is bound to that tenant; leave it out")
            return nil
        }
        guard let elements = reader.elements(node, spot, 1...Limits.keyTenantsMax) else {
            return nil
        }
        var tenants: [String] = []
        for (index, element) in elements.enumerated() {
            let spot = spot.element(index)
            let tenant = reader.tenant(reader.required(element, spot), spot)
            if let tenant, !tenants.contains(tenant) { tenants.append(tenant) }
        }
        return tenants
    }

    private static func list(_ scopes: [KeyScope]) -> String {
        scopes.map { "'\($0.name)'" }.joined(separator: ", ")
    }

    /// The keys of a tenant, or those that belong to none.
    static func list(_ context: RequestContext, tenant: String?) throws(Problem) -> Step {
        let list = try WholeList(context.request)
        return .query(.keyList(tenant: tenant)) { rows, _ in
            guard case .keys(let keys) = rows else { return .unfulfilled(rows, of: "keyList") }
            return .answer(
                list.page(keys, inOrderOf: \.id, read: KeyID.init(text:)) { writer, key in
                    writer.beginObject()
                    writer.field("id", key.id.description)
                    writer.grantFields(key.grant)
                    writer.time("created_at", key.createdAt)
                    writer.endObject()
                })
        }
    }

    /// Revokes a key. Whoever uses it is a stranger from this commit on.
    static func revoke(
        _ context: RequestContext, tenant: String?, text: String
    ) throws(Problem) -> Step {
        guard let id = KeyID(text: text) else { throw .noKey(text) }
        return .command(.revokeKey(id, tenant: tenant), nil) { reply in
            guard case .done = reply else { return .unfulfilled(reply, of: "revokeKey") }
            return .answer(.noContent)
        }
    }
}

extension Limits {
    /// A worker key for more tenants than this serves all of them.
    fileprivate static let keyTenantsMax = 64
}
