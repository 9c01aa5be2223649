/// A tenant or a worker that goes on until its server is gone.
struct KillClient {
    let record: KillRecord
    let client: RawClient
    /// Part of every idempotency key.
    let name: String
    let tenants: [(id: String, apiKey: String)]
    let workerKey: String
    var random: KillRandom
    private var number = 0

    init(
        record: KillRecord, port: Int, name: String, tenants: [(id: String, apiKey: String)],
        workerKey: String, seed: UInt64
    ) throws {
        self.record = record
        client = try RawClient(port: port)
        self.name = name
        self.tenants = tenants
        self.workerKey = workerKey
        random = KillRandom(seed: seed)
    }

    /// Submits, now and then the same again.
    mutating func submit() throws {
        while true {
            let tenant = tenants[random.roll(tenants.count)]
            number += 1
            let isBatch = random.roll(3) == 0
            let job = #"{"kind":"kind-\#(random.roll(3))","payload":{"n":\#(number)}}"#
            let jobs = Array(repeating: job, count: 1 + random.roll(5)).joined(separator: ",")
            let request = KillRecord.Submit(
                tenant: tenant.id, apiKey: tenant.apiKey,
                path: isBatch ? "/v1/jobs/batch" : "/v1/jobs",
                idempotency: "\(name)-\(number)", body: isBatch ? #"{"jobs":[\#(jobs)]}"# : job)
            let first = try submit(request)
            guard random.roll(10) == 0 else { continue }
            let second = try submit(request)
            // A refusal is not kept, so the second may be taken where the first was not.
            if !first.isEmpty, first != second {
                record.lost { $0.faults.append("a repeat of \(request) made \(second)") }
            }
        }
    }

    private func submit(_ request: KillRecord.Submit) throws -> [String] {
        do {
            return try KillClient.submit(request, client, record)
        } catch {
            record.lost { $0.unknownSubmits.append(request) }
            throw error
        }
    }

    /// The ids of the jobs that the request made, or had made before.
    static func submit(
        _ request: KillRecord.Submit, _ client: RawClient, _ record: KillRecord
    ) throws -> [String] {
        client.ask(
            "POST", request.path, key: request.apiKey, body: request.body,
            headers: ["Idempotency-Key: \(request.idempotency)"])
        let answer = try client.answer()
        var ids: [String] = []
        switch answer.status {
        case 201: ids = [answer["id"] ?? "none"]
        case 200: ids = (0..<5).compactMap { answer["results.\($0).job.id"] }
        case 402: break
        default: record.lost { $0.faults.append("submit: \(answer.status) \(answer.text)") }
        }
        record.answered { state in
            for id in ids { state.jobs[id] = request.tenant }
        }
        return ids
    }

    /// Pulls, and ends most of what it gets in one way or another.
    mutating func work() throws {
        while true {
            let pulled: BoxAnswer
            do {
                client.ask(
                    "POST", "/v1/leases/pull", key: workerKey,
                    body: #"{"max":\#(1 + random.roll(4)),"lease":3600,"wait":1}"#)
                pulled = try client.answer()
            } catch {
                record.lost { $0.unknownPulls += 1 }
                throw error
            }
            let jobs = (0..<4).compactMap { index -> (id: String, tenant: String, token: String)? in
                guard let id = pulled["jobs.\(index).id"],
                    let tenant = pulled["jobs.\(index).tenant"],
                    let token = pulled["jobs.\(index).lease.token"]
                else { return nil }
                return (id, tenant, token)
            }
            record.answered { state in
                for job in jobs { state.delivered[job.tenant, default: []].insert(job.id) }
            }
            for job in jobs { try end(job: job.id, token: job.token) }
        }
    }

    private mutating func end(job: String, token: String) throws {
        if random.roll(4) == 0 {
            client.ask(
                "POST", "/v1/leases/heartbeat", key: workerKey,
                body: #"{"leases":[{"token":"\#(token)"}]}"#)
            let beat = try client.answer()
            record.answered { state in
                if beat["results.0.state"] != "extended" {
                    state.faults.append("heartbeat of \(job): \(beat.text)")
                }
            }
        }
        let verb: String
        let body: String
        switch random.roll(10) {
        case 0: return
        case 1:
            verb = "fail"
            body = #"{"results":[{"token":"\#(token)","retry_in":0}]}"#
        case 2:
            verb = "fail"
            body = #"{"results":[{"token":"\#(token)","retry":false}]}"#
        case 3:
            verb = "release"
            body = #"{"tokens":["\#(token)"]}"#
        default:
            verb = "complete"
            body = #"{"results":[{"token":"\#(token)","result":1}]}"#
        }
        let request = KillRecord.End(verb: verb, token: token, job: job, body: body)
        do {
            let answer = try KillClient.end(request, client, workerKey)
            record.answered { state in
                if answer.status == 200 {
                    state.ends.append(request)
                } else {
                    state.faults.append("\(verb) of \(job): \(answer.status) \(answer.text)")
                }
            }
        } catch {
            record.lost { $0.unknownEnds.append(request) }
            throw error
        }
    }

    static func end(
        _ request: KillRecord.End, _ client: RawClient, _ workerKey: String
    ) throws -> BoxAnswer {
        client.ask("POST", "/v1/leases/\(request.verb)", key: workerKey, body: request.body)
        return try client.answer()
    }
}

/// Numbers that a seed repeats.
struct KillRandom: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func roll(_ count: Int) -> Int { Int(next() % UInt64(count)) }
}
