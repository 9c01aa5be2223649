import HTTP
import Testing

/// Routes by method and path.
@Suite struct RouterTests {
    private let router = Router<String>([
        (.get, "/", "root"),
        (.get, "/v1/jobs", "list"),
        (.post, "/v1/jobs", "submit"),
        (.post, "/v1/jobs/batch", "batch"),
        (.get, "/v1/jobs/:id", "read"),
        (.delete, "/v1/jobs/:id", "drop"),
        (.post, "/v1/jobs/:id/cancel", "cancel"),
        (.get, "/v1/jobs/batch/last", "last"),
        (.delete, "/v1/tenants/:tenant/keys/:key", "revoke"),
        (.post, "/v1/only", "only"),
    ])

    @Test(arguments: [
        (Method.get, "/", "root", []),
        (.get, "/v1/jobs", "list", []),
        (.head, "/v1/jobs", "list", []),
        (.post, "/v1/jobs", "submit", []),
        (.post, "/v1/jobs/batch", "batch", []),
        (.get, "/v1/jobs/job_1", "read", ["job_1"]),
        (.head, "/v1/jobs/job_1", "read", ["job_1"]),
        (.delete, "/v1/jobs/job_1", "drop", ["job_1"]),
        (.post, "/v1/jobs/job_1/cancel", "cancel", ["job_1"]),
        (.post, "/v1/jobs/batch/cancel", "cancel", ["batch"]),
        (.get, "/v1/jobs/batch/last", "last", []),
        (.delete, "/v1/tenants/acme/keys/key_1", "revoke", ["acme", "key_1"]),
        (.get, "/v1/jobs/a%20b%C3%A9+", "read", ["a bé+"]),
        (.get, "/v1/jobs/a%2Fb", "read", ["a/b"]),
        (.get, "/v1/jobs/%2E%2E", "read", [".."]),
    ])
    func `a route is found with its decoded parameters`(
        _ method: Method, _ path: String, _ route: String, _ parameters: [String]
    ) {
        guard case .found(let found, let decoded) = router.match(method, path) else {
            Issue.record("\(router.match(method, path))")
            return
        }
        #expect(found == route)
        #expect(decoded == parameters)
    }

    @Test(arguments: [
        "", "*", "/v1", "/v1/", "/v1/jobs/", "/v1/jobs//cancel", "//v1/jobs", "/v1/jobs/a/b",
        "/v1/jobs/a/cancel/", "/v1/Jobs", "/v1/%6Aobs", "/v1/job", "/v1/jobss",
        "/v1/tenants/acme/keys/", "v1/jobs", "/v1%2Fjobs",
    ])
    func `a path that no pattern has is not found`(_ path: String) {
        guard case .notFound = router.match(.get, path) else {
            Issue.record("\(router.match(.get, path))")
            return
        }
    }

    @Test(arguments: ["/v1/jobs/%FF", "/v1/jobs/%00", "/v1/jobs/%4", "/v1/jobs/%C3"])
    func `a segment that is no text is not found`(_ path: String) {
        guard case .notFound = router.match(.get, path) else {
            Issue.record("\(router.match(.get, path))")
            return
        }
    }

    @Test(arguments: [
        (Method.put, "/v1/jobs", "GET, HEAD, POST"),
        (.get, "/v1/only", "POST"),
        (.head, "/v1/only", "POST"),
        (.options, "/v1/jobs/a", "GET, HEAD, DELETE"),
        (.other("BREW"), "/", "GET, HEAD"),
        (.get, "/v1/jobs/batch", "POST"),
    ])
    func `a path that exists for other methods names them`(
        _ method: Method, _ path: String, _ allow: String
    ) {
        guard case .methodNotAllowed(let allowed) = router.match(method, path) else {
            Issue.record("\(router.match(method, path))")
            return
        }
        #expect(allowed == allow)
    }

    @Test func `a way that leads nowhere leaves no parameters behind`() {
        let router = Router<Int>([(.get, "/a/b/:x/end", 1), (.get, "/a/:y/:z/other", 2)])
        guard case .found(2, let parameters) = router.match(.get, "/a/b/c/other") else {
            Issue.record("\(router.match(.get, "/a/b/c/other"))")
            return
        }
        #expect(parameters == ["b", "c"])
    }

    @Test func `a route given twice stops the program`() async {
        await #expect(processExitsWith: .failure) {
            _ = Router<Int>([(.get, "/a/:x", 1), (.get, "/a/:y", 2)])
        }
    }
}
