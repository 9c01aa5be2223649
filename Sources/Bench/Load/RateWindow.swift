import EventLoop
import Threads

/// Counts what a load has done in the part of it that is measured: after a warm-up, for so long.
final class RateWindow {
    private let seconds: Double
    private let meter: CPUMeter
    private var count = 0
    private var beganAt: Int64?
    /// What was done a second; nil until the window has closed.
    private(set) var rate: Double?
    /// The CPU time of each thread for one of what was counted, in microseconds.
    private(set) var cost: [CPUMeter.Share] = []

    init(seconds: Double, meter: CPUMeter) {
        self.seconds = seconds
        self.meter = meter
    }

    /// Begins to warm up; ends the load when the time is over.
    func open(_ load: Load) {
        let measured = Int64(seconds * 1_000)
        load.loop.schedule(after: max(1, measured / 10)) { [unowned self] in
            count = 0
            meter.begin()
            beganAt = MonotonicClock.nowNanoseconds
            load.loop.updateNow()
            load.loop.schedule(after: measured) { [unowned self] in close(load) }
        }
    }

    func add(_ done: Int) { count += done }

    /// Ends the load; what was done until now counts. If that is nothing, the window stays open:
    /// one answer after a longer time is a rate, too.
    private func close(_ load: Load) {
        if count == 0 {
            load.loop.updateNow()
            load.loop.schedule(after: Int64(seconds * 1_000)) { [unowned self] in close(load) }
        } else {
            finish(load)
        }
    }

    /// Ends the load now.
    func finish(_ load: Load) {
        guard let beganAt, count > 0 else {
            return load.fail("there was too little to do for a rate")
        }
        let nanoseconds = MonotonicClock.nowNanoseconds - beganAt
        cost = meter.shares(of: count)
        rate = Double(count) * 1e9 / Double(nanoseconds)
        load.end()
    }
}
