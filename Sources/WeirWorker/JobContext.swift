import Programs

/// What a handler knows of its job, and through which it speaks of it. It may be handed to other
/// tasks; what is said after the handler has ended is not heard.
public struct JobContext: Sendable {
    /// The server's name for the job.
    public let id: String
    /// What it is a job of.
    public let kind: String
    /// Where it was pulled from.
    public let queue: String
    /// Whose it is.
    public let tenant: String
    /// The tenant's plan, where the server says it.
    public let plan: String?
    /// How long the attempt may take, if there is a limit.
    public let timeout: Duration?
    /// Which attempt this is, from 1.
    public let attempt: Int
    /// How many there may be.
    public let attemptsMax: Int
    private let desk: JobDesk

    init(_ work: LeasedWork, desk: JobDesk) {
        id = work.id
        kind = work.kind
        queue = work.queue
        tenant = work.tenant
        plan = work.plan
        timeout = work.timeoutMilliseconds.map { .milliseconds($0) }
        attempt = work.attempt
        attemptsMax = work.attemptsMax
        self.desk = desk
    }

    /// True once the handler should end: the job was canceled, took too long, its lease was lost,
    /// or the worker ends. Its task is canceled at the same time, so that `Task.isCancelled`,
    /// `Task.sleep` and the like know it too.
    public var isCancelled: Bool { desk.isCanceled }

    /// Shows on the job how far it is, from 0 to 100 percent, and what is being done.
    public func progress(_ percent: Double, _ message: String? = nil) {
        desk.progress(percent, message)
    }

    /// Adds to the job's log: a line, or several. A line has 8 KiB and the log 1 MiB; the rest is
    /// cut, and the log says how much.
    public func log(_ text: String) { desk.log(text) }

    /// Counts what the job used of a metric of the plans; several calls add up. What the plans do
    /// not know is not counted, which is told as `WorkerEvent.usageNotCounted`.
    public func usage(_ metric: String, _ amount: Int) { desk.usage(metric, Int64(amount)) }
}
