internal import Glibc

/// What a calendar says; it may jump in both directions.
package enum WallClock {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package static var nowMilliseconds: Int64 {
        readClock(CLOCK_REALTIME) / 1_000_000
    }
}
