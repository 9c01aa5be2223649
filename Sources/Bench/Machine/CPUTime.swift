import Glibc

/// The CPU time of this program.
enum CPUTime {
    /// Of the thread that asks.
    static var threadNanoseconds: Int64 { read(CLOCK_THREAD_CPUTIME_ID) }

    /// Of all threads.
    static var processNanoseconds: Int64 { read(CLOCK_PROCESS_CPUTIME_ID) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        let code = unsafe clock_gettime(clock, &time)
        precondition(code == 0, "clock_gettime refused clock \(clock)")
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
