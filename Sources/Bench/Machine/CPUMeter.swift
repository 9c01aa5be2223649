/// The CPU time that the threads of a server, and the bench beside it, take for what they do.
final class CPUMeter {
    /// What one thread took for one unit of work, in microseconds.
    struct Share {
        let thread: String
        let microseconds: Double
    }

    /// The server, if it is one whose threads are known.
    private let process: Int32?
    private var before: [(thread: String, nanoseconds: Int64)] = []

    init(process: Int32?) {
        self.process = process
    }

    func begin() { before = read() }

    /// What each took since `begin`, for one of `count`.
    func shares(of count: Int) -> [Share] {
        zip(before, read()).map { before, after in
            Share(
                thread: after.thread,
                microseconds: Double(after.nanoseconds - before.nanoseconds) / 1_000
                    / Double(count))
        }
    }

    private func read() -> [(thread: String, nanoseconds: Int64)] {
        (process.map(ProcessFiles.threadTimes) ?? []) + [("client", CPUTime.processNanoseconds)]
    }
}
