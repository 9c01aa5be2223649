internal import Glibc

/// The clock that never jumps; its zero is some moment before the process began.
package enum MonotonicClock {
    /// Nanoseconds now.
    package static var nowNanoseconds: Int64 {
        readClock(CLOCK_MONOTONIC)
    }

    /// Milliseconds now, rounded down.
    package static var nowMilliseconds: Int64 {
        nowNanoseconds / 1_000_000
    }
}

/// Both clocks are there on every Linux; a failure means a wrong clock id.
func readClock(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    let code = unsafe clock_gettime(clock, &time)
    precondition(code == 0, "clock_gettime refused clock \(clock)")
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
