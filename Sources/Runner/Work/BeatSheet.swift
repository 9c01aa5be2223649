internal import Core
internal import Programs

/// The leases that one heartbeat is of, with what is new of them.
struct BeatSheet {
    private(set) var told: [(job: (any RunningWork)?, beat: WorkBeat)] = []

    private enum Entry {
        case job(any RunningWork)
        /// A lease whose end waits to be told of.
        case end(String)

        var token: String {
            switch self {
            case .job(let job): job.work.token
            case .end(let token): token
            }
        }
    }

    /// How many calls it takes to keep so many leases.
    static func callCount(leases: Int) -> Int64 {
        Int64(max(1, (leases + Limits.batchItemsMax - 1) / Limits.batchItemsMax))
    }

    /// What to tell of these. Where one call has no room for all they take turns, which `turn`
    /// counts.
    init(_ jobs: [any RunningWork], ends: [String], turn: inout Int) {
        var entries = jobs.map { Entry.job($0) } + ends.map { Entry.end($0) }
        if entries.count > Limits.batchItemsMax {
            entries.sort { $0.token < $1.token }
            let start = turn % entries.count
            entries = Array((entries[start...] + entries[..<start]).prefix(Limits.batchItemsMax))
            turn = start + Limits.batchItemsMax
        }
        var bytes = Limits.heartbeatLogBytesMax
        var lines = Limits.heartbeatLogLinesMax
        // Those that have ended wait for nothing else.
        for isRunning in [false, true] {
            for case .job(let job) in entries where job.isRunning == isRunning {
                let hasRoom = bytes > 0 && lines > 0
                let news =
                    hasRoom
                    ? job.takeNews(bytesMax: bytes, linesMax: lines)
                    : WorkBeat(token: job.work.token)
                bytes -= news.log.reduce(news.progress?.message?.utf8.count ?? 0) {
                    $0 + $1.utf8.count
                }
                lines -= news.log.count
                told.append((job, news))
            }
        }
        for case .end(let token) in entries { told.append((nil, WorkBeat(token: token))) }
    }
}
