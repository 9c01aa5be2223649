import Core
import EventLoop

/// How a worker works.
struct WorkerSettings: Sendable {
    let url: String
    let key: String
    let concurrency: Int
    let queues: [String]
    let name: String
    let leaseMilliseconds: Int64
    let drainMilliseconds: Int64
    let onEvent: @Sendable (WorkerEvent) -> Void

    /// What was asked for, and the first thing of it that cannot be.
    init(
        url: String?, key: String?, concurrency: Int, queues: [String], name: String?,
        lease: Duration, drain: Duration, onEvent: @escaping @Sendable (WorkerEvent) -> Void,
        fault: inout String?
    ) {
        let address = url ?? ProcessEnvironment.value("WEIR_URL") ?? "http://127.0.0.1:8787"
        self.url = address.utf8.last == UInt8(ascii: "/") ? String(address.dropLast()) : address
        self.key = key ?? ProcessEnvironment.value("WEIR_KEY") ?? ""
        self.concurrency = concurrency
        self.queues = queues
        self.name =
            name ?? "\(ProcessEnvironment.hostName)-\(ProcessEnvironment.processNumber)"
        leaseMilliseconds = lease.milliseconds
        drainMilliseconds = drain.waitMilliseconds
        self.onEvent = onEvent
        fault = findFault()
    }

    private func findFault() -> String? {
        if !url.hasPrefix("http://"), !url.hasPrefix("https://") {
            return "The server's URL begins with http:// or https://, not as '\(url)' does."
        }
        if key.isEmpty || !key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
            return key.isEmpty
                ? "The worker has no key; give it one, or set WEIR_KEY."
                : "The worker's key has signs that no key has; give it as the server printed it."
        }
        if !(1...Limits.runnersMax).contains(concurrency) {
            return "A worker runs 1 to \(Limits.runnersMax) jobs at once, not \(concurrency)."
        }
        if let queue = queues.first(where: { !Names.isKindOrQueue($0) }) {
            return "'\(queue)' is no queue: it has \(Names.kindOrQueueRule)."
        }
        if queues.count > Limits.pullQueuesMax {
            return
                "A worker pulls from \(Limits.pullQueuesMax) queues at most, not \(queues.count)."
        }
        let range = Limits.leaseMillisecondsMin...Limits.leaseMillisecondsMax
        if !range.contains(leaseMilliseconds) {
            return "A lease lasts \(DurationText.text(range.lowerBound)) to"
                + " \(DurationText.text(range.upperBound)), not"
                + " \(DurationText.text(leaseMilliseconds))."
        }
        return nil
    }

    /// What is wrong with a handler.
    static func fault(
        ofKind kind: String, queue: String?, concurrency: Int?, isKnown: Bool
    ) -> String? {
        if isKnown { return "There are two handlers for '\(kind)'; a kind has one." }
        if !Names.isKindOrQueue(kind) {
            return "'\(kind)' is no kind of job: it has \(Names.kindOrQueueRule)."
        }
        if let queue, !Names.isKindOrQueue(queue) {
            return "'\(queue)' is no queue: it has \(Names.kindOrQueueRule)."
        }
        if let concurrency, !(1...Limits.runnersMax).contains(concurrency) {
            return "A worker runs 1 to \(Limits.runnersMax) jobs of '\(kind)' at once, not"
                + " \(concurrency)."
        }
        return nil
    }
}
