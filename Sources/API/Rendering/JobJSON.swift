import Core
import JSON
import Store

extension JSONWriter {
    /// About what a job takes without its payload, for the first capacity of a writer.
    static let jobBytesTypical = 640

    /// A job, with the lease under which it was handed out where there is one (API §3, §4).
    mutating func job(_ job: JobView, lease: LeasedJob? = nil) {
        beginObject()
        field("id", job.id.description)
        field("tenant", job.tenant)
        field("kind", job.kind)
        field("queue", job.queue)
        field("state", job.state.name)
        key("held")
        if let hold = job.hold { self.hold(hold) } else { null() }
        field("priority", Int64(job.priority))
        field("attempt", Int64(job.attempt))
        field("max_attempts", Int64(job.attemptsMax))
        field("crash_count", Int64(job.crashCount))
        time("run_at", job.runAt)
        time("created_at", job.createdAt)
        time("started_at", job.startedAt)
        time("finished_at", job.finishedAt)
        time("expires_at", job.expiresAt)
        json("payload", job.payload)
        json("result", job.result)
        json("error", job.error)
        progress(job.progress)
        texts("tags", job.tags)
        json("unique_key", nil)
        field("cost", job.cost)
        field("charged_period", job.chargedPeriod?.description)
        time("cancel_requested_at", job.cancelRequestedAt)
        seconds("timeout", milliseconds: job.timeoutMilliseconds)
        if let lease {
            if let plan = lease.plan { field("plan", plan) }
            key("lease")
            beginObject()
            field("token", lease.token.description)
            time("expires_at", lease.expiresAt)
            endObject()
        }
        endObject()
    }

    private mutating func hold(_ hold: Hold) {
        beginObject()
        field("reason", hold.reason.code)
        field("metric", hold.metric?.name)
        count("used", hold.used)
        count("limit", hold.limit)
        if let needed = hold.needed { field("needed", needed) }
        if let feature = hold.feature { field("feature", feature) }
        time("resumes_at", hold.resumesAt)
        field("upgrade_to", hold.upgradeTo)
        if hold.cause != nil { cause(hold.cause) }
        endObject()
    }
}
