import Testing

/// A running server with tenants and a worker, and the calls that tests make.
final class House {
    let server: ServerProcess
    private let admin: RawClient
    private(set) var tenantKeys: [String: String] = [:]
    let workerKey: String

    init(
        tenants: [(String, String)] = [("acme", "free")], flags: [String] = ["--test-clock"],
        folder: String? = nil, environment: [String: String] = [:]
    ) throws {
        server = try ServerProcess(folder: folder, flags: flags, environment: environment)
        admin = try RawClient(port: server.port)
        admin.ask(
            "POST", "/v1/keys", key: ServerProcess.adminKey, body: #"{"scope":"worker"}"#)
        workerKey = try #require(try admin.answer()["key"])
        for (id, plan) in tenants { try addTenant(id, plan: plan) }
    }

    var url: String { "http://127.0.0.1:\(server.port)" }

    /// Makes a tenant and a key of it.
    func addTenant(_ id: String, plan: String) throws {
        _ = try call("POST", "/v1/tenants", #"{"id":"\#(id)","plan":"\#(plan)"}"#)
        let key = try call("POST", "/v1/tenants/\(id)/keys", #"{"scope":"tenant"}"#)
        let text: String = try #require(key["key"])
        tenantKeys[id] = text
    }

    /// A call with the admin key.
    func call(_ method: String, _ path: String, _ body: String = "") throws -> BoxAnswer {
        admin.ask(method, path, key: ServerProcess.adminKey, body: body)
        return try admin.answer()
    }

    /// A call by a tenant or, with nil, by the worker.
    func call(
        as tenant: String?, _ method: String, _ path: String, _ body: String = "",
        headers: [String] = []
    ) throws -> BoxAnswer {
        let client = try connect()
        client.ask(method, path, key: key(tenant), body: body, headers: headers)
        return try client.answer()
    }

    func key(_ tenant: String?) -> String {
        tenant.flatMap { tenantKeys[$0] } ?? workerKey
    }

    func connect() throws -> RawClient { try RawClient(port: server.port) }

    func submit(_ tenant: String, count: Int, kind: String = "work") throws {
        let job = #"{"kind":"\#(kind)"}"#
        let list = Array(repeating: job, count: count).joined(separator: ",")
        let answer = try call(as: tenant, "POST", "/v1/jobs/batch", #"{"jobs":[\#(list)]}"#)
        try #require(answer.status == 200, "\(answer.text)")
    }

    func pull(_ body: String) throws -> BoxAnswer {
        try call(as: nil, "POST", "/v1/leases/pull", body)
    }
}
