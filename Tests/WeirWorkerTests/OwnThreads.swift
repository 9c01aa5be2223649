import Dispatch

/// Threads for handlers alone. Those that all tests share may each be held by a test that waits
/// for something, and then no handler would begin.
final class OwnThreads: TaskExecutor {
    private let queue = DispatchQueue(label: "handlers", attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
