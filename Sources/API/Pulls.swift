import Core
import HTTP
import JSON
import Store

/// `POST /v1/leases/pull`: a worker asks for work.
enum Pulls {
    private enum Field: Int, FieldNames {
        case queues, kinds, most, wait, lease, grace, worker

        var name: StaticString {
            switch self {
            case .queues: "queues"
            case .kinds: "kinds"
            case .most: "max"
            case .wait: "wait"
            case .lease: "lease"
            case .grace: "grace"
            case .worker: "worker"
            }
        }
    }

    /// Pulls, and waits for work if asked to. No body pulls with every default.
    static func pull(_ context: RequestContext) throws(Problem) -> Step {
        var reader = try BodyReader(context.request, emptyIsObject: true)
        var fields = try FieldWalk<Field>(body: &reader)
        var queues: [String]?
        var kinds: [String]?
        var most = 1
        var wait: Int64 = 0
        var lease = Limits.leaseMillisecondsDefault
        var grace: Int64 = 0
        var worker = ""
        while let (field, value) = fields.next(&reader) {
            let spot = fields.spot(field)
            switch field {
            case .queues:
                queues = reader.names(value, spot, 1...Limits.pullQueuesMax)
            case .kinds:
                kinds = reader.names(value, spot, 1...Limits.pullKindsMax)
            case .most:
                most = reader.integer(value, spot, 1...Limits.pullJobsMax) ?? most
            case .wait:
                wait = reader.duration(value, spot, 0...Limits.pullWaitMillisecondsMax) ?? wait
            case .lease:
                lease = reader.lease(value, spot) ?? lease
            case .grace:
                let most = Limits.runnerTimeoutGraceMilliseconds
                grace = reader.duration(value, spot, 0...most) ?? grace
            case .worker:
                worker = reader.text(value, spot, bytes: 0...Limits.workerNameBytesMax) ?? worker
            }
        }
        try reader.finish()
        var pull = Pull(
            queues: try allowed(queues, for: context.caller), kinds: kinds,
            tenants: context.caller.reach.tenants, jobsMax: most, waits: wait > 0,
            leaseMilliseconds: lease, worker: worker)
        pull.timeoutGraceMilliseconds = grace
        let until = wait > 0 ? context.scene.realSteadyMilliseconds + wait : nil
        return .pull(pull, until: until, then: answer)
    }

    /// The queues to pull from. A key bound to queues pulls from those unless it names some,
    /// and may name no others.
    private static func allowed(
        _ queues: [String]?, for caller: Caller
    ) throws(Problem) -> [String] {
        guard let bound = caller.grant.queues else { return queues ?? ["default"] }
        guard let queues else { return bound }
        for queue in queues where !bound.contains(queue) {
            throw .queueForbidden(queue, bound: bound)
        }
        return queues
    }

    private static func answer(_ reply: Reply) -> Step {
        guard case .leased(let jobs) = reply else { return .unfulfilled(reply, of: "pull") }
        let payloadBytes = jobs.reduce(0) { $0 + $1.job.payload.count }
        var writer = JSONWriter(
            capacity: 16 + jobs.count * (JSONWriter.jobBytesTypical + 100) + payloadBytes)
        writer.beginObject()
        writer.key("jobs")
        writer.beginArray()
        for leased in jobs { writer.job(leased.job, lease: leased) }
        writer.endArray()
        writer.endObject()
        return .answer(.json(200, writer))
    }
}

extension BodyReader {
    /// The length of a lease.
    mutating func lease(_ node: JSONNode, _ spot: Spot) -> Int64? {
        duration(node, spot, Limits.leaseMillisecondsMin...Limits.leaseMillisecondsMax)
    }
}
