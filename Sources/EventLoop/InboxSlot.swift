internal import CLibuv
internal import Threads

/// The opening through which any thread posts values to the loop of its inbox.
@safe
package final class InboxSlot<Value: Sendable>: @unchecked Sendable {
    private let monitor = Monitor()
    // SAFETY: the fields below are touched only while `monitor` is locked.
    private var waiting: [Value] = []
    private var async: UnsafeMutablePointer<uv_async_t>?

    init() {
        unsafe async = nil
    }

    /// Posts a value and wakes the loop. False, and the value is dropped, once the inbox is closed.
    ///
    /// The loop is woken only for the first value: it takes all that wait.
    @discardableResult
    package func post(_ value: Value) -> Bool {
        monitor.lock()
        defer { monitor.unlock() }
        guard let async = unsafe async else { return false }
        waiting.append(value)
        if waiting.count == 1 { unsafe wake(async) }
        return true
    }

    /// Posts several values with one wake-up, in their order.
    @discardableResult
    package func post(contentsOf values: [Value]) -> Bool {
        monitor.lock()
        defer { monitor.unlock() }
        guard let async = unsafe async else { return false }
        let wasEmpty = waiting.isEmpty
        waiting.append(contentsOf: values)
        if wasEmpty, !waiting.isEmpty { unsafe wake(async) }
        return true
    }

    /// Called on the loop thread, once the handle can be sent to.
    func open(_ async: UnsafeMutablePointer<uv_async_t>) {
        monitor.lock()
        defer { monitor.unlock() }
        unsafe self.async = async
    }

    /// Called on the loop thread before it closes the handle: no later post touches it.
    func shut() {
        monitor.lock()
        defer { monitor.unlock() }
        unsafe async = nil
        waiting = []
    }

    /// Called on the loop thread.
    func takeAll() -> [Value] {
        monitor.lock()
        defer { monitor.unlock() }
        let all = waiting
        waiting = []
        return all
    }

    /// Called with the monitor locked, so that the handle cannot be closed meanwhile.
    private func wake(_ async: UnsafeMutablePointer<uv_async_t>) {
        let code = unsafe uv_async_send(async)
        precondition(code == 0, "uv_async_send returned \(code)")
    }
}
