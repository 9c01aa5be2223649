import Glibc
import Threads

/// How much of the machine others had while a run was made: its figures are to be read by it.
struct Disturbance {
    private let beganAt = MonotonicClock.nowNanoseconds
    private let busyBefore = Disturbance.busyNanoseconds
    private let ownBefore = Disturbance.ownNanoseconds

    /// Begins to watch.
    init() {}

    /// What other programs had since, of all cores together, in percent. The server of the run has
    /// been waited for: only then does the kernel tell its time.
    var percent: Double {
        let others =
            (Disturbance.busyNanoseconds - busyBefore) - (Disturbance.ownNanoseconds - ownBefore)
        let elapsed = Double(MonotonicClock.nowNanoseconds - beganAt)
        let cores = Double(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        return max(0, min(100, 100 * Double(others) / (elapsed * cores)))
    }

    /// The time that all cores were busy, from the text of /proc/stat; the last of its first
    /// numbers are idle, waiting for a disk, and twice what guests had.
    static func busyTicks(_ text: String) -> Int64 {
        let words = text.prefix { $0 != "\n" }.split(separator: " ").dropFirst()
        let ticks = words.prefix(8).compactMap { Int64($0) }
        guard ticks.count == 8 else { return 0 }
        return ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7]
    }

    private static var busyNanoseconds: Int64 {
        let perSecond = Int64(max(1, sysconf(Int32(_SC_CLK_TCK))))
        return busyTicks(ProcessFiles.text("/proc/stat") ?? "") * (1_000_000_000 / perSecond)
    }

    /// This program's time and that of the children it has waited for.
    private static var ownNanoseconds: Int64 {
        var usage = rusage()
        let code = unsafe getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
        precondition(code == 0, "getrusage refused the children")
        return CPUTime.processNanoseconds
            + nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime)
    }

    private static func nanoseconds(_ time: timeval) -> Int64 {
        Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_usec) * 1_000
    }
}
