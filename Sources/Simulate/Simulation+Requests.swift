import Core
import HTTP

extension Simulation {
    /// A client sends what `operation` says.
    func ask(_ operation: Operation) {
        switch operation {
        case .submit: submit(job(""))
        case .submitLater: submit(job(",\"delay\":\(roll(30))"))
        case .submitShortLived: submit(job(",\"expires_in\":\(1 + roll(20))"))
        case .submitBatch:
            if chance(3) { return submitKeyedBatch() }
            let jobs = (0...roll(4)).map { _ in job("") }
            send(
                .post, "/v1/jobs/batch", tenant: tenant(),
                body: "{\"jobs\":[\(jobs.joined(separator: ","))]}", .submit)
        case .submitKeyed:
            // The body follows from the key most of the time, so that repeats match.
            let number = roll(8)
            let body = chance(4) ? job("") : "{\"kind\":\"a\",\"payload\":\(number)}"
            submitKeyed("/v1/jobs", World.tenants[number % 4], World.singleKeys[number], body)
        case .pull: pull(wait: 0)
        case .parkPull: pull(wait: 1 + roll(20))
        case .heartbeat:
            guard let token = token(), let other = self.token() else { return }
            send(
                .post, "/v1/leases/heartbeat", tenant: chance(8) ? tenant() : nil,
                body: Bodies.heartbeat([token, other], news()), .other)
        case .complete:
            guard chance(4), let token = token(), let other = self.token() else {
                let report = report()
                return end("complete") { Bodies.complete([$0], report) }
            }
            send(
                .post, "/v1/leases/complete", body: Bodies.complete([token, other]), .other)
        case .fail:
            let retry = chance(3) ? ",\"retry_in\":\(roll(5))" : ""
            let report = report()
            end("fail") { Bodies.fail($0, retry + report) }
        case .failForGood: end("fail") { Bodies.fail($0, ",\"retry\":false") }
        case .release:
            let delay = chance(2) ? 0 : roll(5)
            end("release") { Bodies.release($0, delay: delay) }
        case .repeatEnd:
            guard let (token, verb) = clients.ended.randomElement(using: &random) else { return }
            let body =
                verb == "release"
                ? Bodies.release(token, delay: 0)
                : verb == "fail" ? Bodies.fail(token, "") : Bodies.complete([token])
            send(.post, "/v1/leases/\(verb)", body: body, .end(token: token, verb: verb))
        case .useOldToken:
            guard let (token, _) = clients.ended.randomElement(using: &random) else { return }
            // Some have the right attempt and another's secret.
            let sent = chance(3) ? String(token.dropLast()) + "0" : token
            send(
                .post, "/v1/leases/complete", body: Bodies.complete([sent]),
                .end(token: sent, verb: "complete"))
        case .cancel:
            guard let job = clients.jobs.randomElement(using: &random) else { return }
            send(.post, "/v1/jobs/\(job)/cancel", .cancel)
        case .createTenant: createTenant(tenant())
        case .changePlan:
            send(
                .patch, "/v1/tenants/\(tenant())",
                body: "{\"plan\":\"\(World.plans[roll(3)])\"}", .other)
        case .pause:
            let verb = chance(2) ? "pause" : "suspend"
            send(.post, "/v1/tenants/\(tenant())/\(verb)", .other)
        case .resume: send(.post, "/v1/tenants/\(tenant())/resume", .other)
        case .deleteTenant:
            let tenant = tenant()
            clients.willDelete(tenant)
            send(
                .delete, "/v1/tenants/\(tenant)", query: chance(2) ? [("force", "true")] : [],
                .deleteTenant(tenant))
        case .createKey:
            let tenant = tenant()
            let isWorker = chance(2)
            let queue = isWorker && chance(2) ? World.queues[roll(2)] : nil
            let bound = queue.map { ",\"queues\":[\"\($0)\"]" } ?? ""
            send(
                .post, "/v1/tenants/\(tenant)/keys",
                body: "{\"scope\":\"\(isWorker ? "worker" : "tenant")\"\(bound)}",
                .createKey(tenant: tenant, queue: queue, isWorker: isWorker))
        case .revokeKey:
            guard let key = clients.keys.randomElement(using: &random) else { return }
            clients.willRevoke(key.id)
            send(.delete, "/v1/tenants/\(key.tenant)/keys/\(key.id)", .revokeKey(id: key.id))
        case .pullWithKey:
            guard let key = key(isWorker: true) else { return }
            let queues = key.queue == nil ? "\"queues\":[\"default\",\"mail\"]," : ""
            send(
                .post, "/v1/leases/pull", key: key.text,
                body: "{\(queues)\"wait\":\(roll(20)),\"lease\":\(5 + roll(20))}",
                .pullWithKey(id: key.id, was: key.standing))
        case .submitWithKey:
            guard let key = key(isWorker: false) else { return }
            send(
                .post, "/v1/jobs", key: key.text, body: job(chance(3) ? ",\"cost\":1" : ""),
                .submitWithKey(id: key.id, was: key.standing))
        case .useTenantKey:
            guard let key = key(isWorker: false) else { return }
            send(
                .get, "/v1/billing/usage", key: key.text,
                .withKey(id: key.id, was: key.standing))
        case .pullForRunner: pullForRunner()
        case .readLog:
            guard let job = clients.jobs.randomElement(using: &random) else { return }
            let wait = chance(2) ? [(name: "wait", value: "\(1 + roll(20))")] : []
            send(
                .get, "/v1/jobs/\(job)/logs",
                query: [(name: "after", value: "\(roll(8))"), ("limit", "\(1 + roll(6))")] + wait,
                .log(waits: !wait.isEmpty))
        case .readJob, .waitForJob:
            guard let job = clients.jobs.randomElement(using: &random) else { return }
            let waits = operation == .waitForJob
            let query = waits ? [(name: "wait", value: "\(1 + roll(20))")] : []
            send(.get, "/v1/jobs/\(job)", query: query, waits ? .wait : .other)
        case .list:
            send(.get, "/v1/jobs", tenant: chance(2) ? tenant() : nil, query: filter(), .other)
        case .readUsage: send(.get, "/v1/tenants/\(tenant())/usage", .other)
        case .submitCostly, .failToStart, .putOverride, .removeOverride, .addGrant, .revokeGrant,
            .setEnforcement, .useUnits, .consumeUnits, .setGauge, .changeTerms, .reloadPlans,
            .movePlan, .askWhy, .checkLimit:
            meter(operation)
        case .createEndpoint, .changeEndpoint, .listDeliveries, .replayDeliveries:
            outbound(operation)
        case .providerActs, .deliverEvent, .replayEvent, .answerInquiry, .signEvent:
            bill(operation)
        case .closeBeforeAnswer, .loseAnswer, .passSeconds, .passDays, .stall, .jumpAhead,
            .jumpBack, .failAtWrite, .failBeforeCommit, .failAfterCommit, .kill, .stopInOrder,
            .cutPower,
            .stopDisk, .fillDisk, .failSync, .failRead, .failWrite:
            preconditionFailure("\(operation) is nothing that a client sends")
        }
    }

    func createTenant(_ id: String) {
        send(
            .post, "/v1/tenants", idempotency: chance(3) ? "t-\(id)" : nil,
            body: "{\"id\":\"\(id)\",\"plan\":\"\(World.plans[roll(3)])\"}", .createTenant)
    }

    func job(_ rest: String) -> String {
        let kind = World.kinds[roll(3)]
        let queue = World.queues[chance(4) ? 1 : 0]
        let timeout = chance(3) ? ",\"timeout\":\(1 + roll(25))" : ""
        return """
            {"kind":"\(kind)","queue":"\(queue)","priority":\(roll(10)),\
            "max_attempts":\(1 + roll(7)),"payload":{"n":\(roll(100))}\(timeout)\(rest)}
            """
    }

    private func submitKeyedBatch() {
        let number = roll(World.batchKeys.count)
        let payload = chance(4) ? roll(100) : number
        let jobs = (0...number).map { _ in "{\"kind\":\"b\",\"payload\":\(payload)}" }
        submitKeyed(
            "/v1/jobs/batch", World.tenants[number], World.batchKeys[number],
            "{\"jobs\":[\(jobs.joined(separator: ","))]}")
    }

    private func submitKeyed(_ path: String, _ tenant: String, _ key: String, _ body: String) {
        send(
            .post, path, tenant: tenant, idempotency: key, body: body,
            .submitKeyed("\(tenant) \(key) \(body)", age: clients.keyedAge))
    }

    private func key(isWorker: Bool) -> KnownKey? {
        clients.keys.filter { $0.isWorker == isWorker }.randomElement(using: &random)
    }

    func submit(_ job: String) {
        send(.post, "/v1/jobs", tenant: tenant(), body: job, .submit)
    }

    private func pull(wait: Int) {
        let queues = chance(3) ? "\"default\",\"mail\"" : "\"\(World.queues[roll(2)])\""
        let kinds = chance(3) ? ",\"kinds\":[\"\(World.kinds[roll(3)])\"]" : ""
        send(
            .post, "/v1/leases/pull", tenant: chance(8) ? tenant() : nil,
            body: """
                {"queues":[\(queues)]\(kinds),"max":\(1 + roll(3)),"wait":\(wait),\
                "lease":\(5 + roll(20))}
                """, .pull)
    }

    private func end(_ verb: String, _ body: (String) -> String) {
        guard let token = token() else { return }
        send(
            .post, "/v1/leases/\(verb)", tenant: chance(8) ? tenant() : nil, body: body(token),
            .end(token: token, verb: verb))
    }

    private func filter() -> [(name: String, value: String)] {
        var filter = [(name: "limit", value: "\(chance(2) ? 500 : 1 + roll(5))")]
        if chance(3) { filter.append(("state", JobState.allCases[roll(7)].name)) }
        if chance(4) { filter.append(("held", "true")) }
        if chance(4) { filter.append(("kind", World.kinds[roll(3)])) }
        return filter
    }

    /// The first tenants more often than the last, which mostly do not exist.
    func tenant() -> String { World.tenants[chance(20) ? roll(6) : roll(4)] }

    func token() -> String? { clients.tokens.randomElement(using: &random) }
}
