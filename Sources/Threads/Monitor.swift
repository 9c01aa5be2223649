internal import Glibc

/// A mutex with one condition, whose deadlines are read on the monotonic clock.
///
/// It guards state that lies elsewhere: the owner keeps that state private, touches it only between
/// `lock` and `unlock`, and holds the monitor for a few instructions, never across a call-out.
@safe
package final class Monitor: @unchecked Sendable {
    // SAFETY: pthread objects are made to be shared; the pointers never change after init.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    /// An unlocked monitor.
    package init() {
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe condition.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        mustSucceed(unsafe pthread_condattr_init(&attributes))
        mustSucceed(unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC))
        mustSucceed(unsafe pthread_mutex_init(mutex, nil))
        mustSucceed(unsafe pthread_cond_init(condition, &attributes))
        mustSucceed(unsafe pthread_condattr_destroy(&attributes))
    }

    deinit {
        mustSucceed(unsafe pthread_cond_destroy(condition))
        mustSucceed(unsafe pthread_mutex_destroy(mutex))
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Enters; waits while another thread is inside.
    package func lock() {
        mustSucceed(unsafe pthread_mutex_lock(mutex))
    }

    /// Leaves.
    package func unlock() {
        mustSucceed(unsafe pthread_mutex_unlock(mutex))
    }

    /// Leaves, sleeps until a signal, enters again. It may wake without a signal: check and repeat.
    package func wait() {
        mustSucceed(unsafe pthread_cond_wait(condition, mutex))
    }

    /// Like `wait`, but sleeps no longer than until the deadline; false when that has passed.
    package func wait(untilNanoseconds deadline: Int64) -> Bool {
        var time = timespec(
            tv_sec: Int(max(0, deadline) / 1_000_000_000),
            tv_nsec: Int(max(0, deadline) % 1_000_000_000))
        let code = unsafe pthread_cond_timedwait(condition, mutex, &time)
        if code == ETIMEDOUT { return false }
        mustSucceed(code)
        return true
    }

    /// Wakes one thread that waits.
    package func signal() {
        mustSucceed(unsafe pthread_cond_signal(condition))
    }

    /// Wakes every thread that waits.
    package func signalAll() {
        mustSucceed(unsafe pthread_cond_broadcast(condition))
    }
}

/// These calls fail only when the program is wrong: a mutex unlocked twice, freed memory.
private func mustSucceed(_ code: Int32) {
    precondition(code == 0, "a pthread call returned \(code)")
}
