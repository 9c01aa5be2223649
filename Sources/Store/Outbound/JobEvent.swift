package import Core

/// What a tenant is told when a job has ended.
package struct JobEvent: Hashable, Sendable {
    private let job: JobID
    private let tenant: String
    private let kind: String
    private let queue: String
    private let end: JobEnd
    private let attempts: Int
    private let finishedAt: Timestamp

    /// A job of `tenant` ended so.
    package init(
        job: JobID, tenant: String, kind: String, queue: String, end: JobEnd, attempts: Int,
        finishedAt: Timestamp
    ) {
        self.job = job
        self.tenant = tenant
        self.kind = kind
        self.queue = queue
        self.end = end
        self.attempts = attempts
        self.finishedAt = finishedAt
    }

    /// The type of event that such an end is; nil of one that nobody is told of.
    package static func type(_ end: JobEnd) -> EventType? {
        switch end {
        case .succeeded: .jobSucceeded
        case .dead: .jobDead
        case .canceled, .expired: nil
        }
    }

    /// Names of tenants, kinds and queues hold nothing that JSON would have to escape. What is in
    /// the job itself can be asked for.
    package var data: [UInt8] {
        Array(
            (#"{"tenant":"\#(tenant)","job":"\#(job)","kind":"\#(kind)","queue":"\#(queue)""#
                + #","state":"\#(end.state.name)","attempt":\#(attempts)"#
                + #","finished_at":"\#(finishedAt)"}"#).utf8)
    }
}

/// What a tenant is told when its status is another.
package struct StatusEvent: Hashable, Sendable {
    private let tenant: String
    private let before: TenantStatus
    private let after: TenantStatus

    /// `tenant` was one and is the other.
    package init(tenant: String, before: TenantStatus, after: TenantStatus) {
        self.tenant = tenant
        self.before = before
        self.after = after
    }

    /// The event's data.
    package var data: [UInt8] {
        Array(
            #"{"tenant":"\#(tenant)","before":"\#(before.name)","after":"\#(after.name)"}"#.utf8)
    }
}
