internal import CLibuv
internal import Threads

/// The event loop: sockets, deadlines and signals of one thread.
///
/// It and all that hangs on it belong to the thread that runs it; only an `InboxSlot` may be used
/// elsewhere. Nothing that runs on it may block.
@safe
package final class Loop {
    /// Reads of all connections share one buffer, for they come one after the other.
    package static let readBufferBytes = 64 * 1_024

    // SAFETY: allocated in init; freed in `close` once libuv has let go of it.
    let pointer: UnsafeMutablePointer<uv_loop_t>
    let readBuffer: UnsafeMutableRawBufferPointer
    private let timer: HandleMemory
    private var deadlines = DeadlineQueue()
    /// For when the timer is set; the least number while it fires.
    private var timerAt = DeadlineQueue.never
    private var isOneTurn = false
    private var isClosed = false

    /// Makes a loop; `close` must be called before it is dropped.
    package init() throws(UVError) {
        unsafe pointer = .allocate(capacity: 1)
        unsafe readBuffer = .allocate(byteCount: Loop.readBufferBytes, alignment: 16)
        timer = HandleMemory(UV_TIMER)
        let code = unsafe uv_loop_init(pointer)
        guard code == 0 else {
            isClosed = true
            freeMemory()
            throw UVError("uv_loop_init", code: code)
        }
        // SAFETY: not retained; callbacks run only inside `run`, whose caller holds the loop.
        unsafe uv_loop_set_data(pointer, Unmanaged.passUnretained(self).toOpaque())
        _ = unsafe uv_timer_init(pointer, timer.pointer())  // It returns 0 always.
        timer.adopt(owner: timer)
    }

    deinit {
        precondition(isClosed, "a loop was dropped before it was closed")
    }

    /// Milliseconds of the calendar's clock, read now.
    package static var wallMilliseconds: Int64 { WallClock.nowMilliseconds }

    /// Milliseconds of the monotonic clock when this turn of the loop began.
    package var now: Int64 {
        Int64(clamping: unsafe uv_now(pointer))
    }

    /// Reads the clock again: after long work, before setting deadlines.
    package func updateNow() {
        unsafe uv_update_time(pointer)
    }

    /// Runs until `stop`, or until nothing is left that could happen.
    package func run() {
        _ = unsafe uv_run(pointer, UV_RUN_DEFAULT)
    }

    /// One turn: waits for something to happen and does it.
    ///
    /// libuv would go on and wait for a socket when it began the turn with a deadline, so the
    /// deadlines of such a turn stop it.
    package func runOnce() {
        isOneTurn = true
        _ = unsafe uv_run(pointer, UV_RUN_ONCE)
        isOneTurn = false
    }

    /// Makes `run` return at the end of this turn.
    package func stop() {
        unsafe uv_stop(pointer)
    }

    /// Does `action` once, `milliseconds` after `now`.
    @discardableResult
    package func schedule(
        after milliseconds: Int64, _ action: @escaping () -> Void
    ) -> DeadlineID {
        let id = deadlines.set(at: time(after: milliseconds), action)
        setTimer()
        return id
    }

    /// Moves a deadline to `milliseconds` after `now`, `DeadlineQueue.never` to put it off without
    /// end; false if it has come or was cancelled.
    @discardableResult
    package func reschedule(_ id: DeadlineID, after milliseconds: Int64) -> Bool {
        let isSet = deadlines.move(id, to: time(after: milliseconds))
        setTimer()
        return isSet
    }

    /// Forgets a deadline; false if it has come or was cancelled.
    @discardableResult
    package func cancel(_ id: DeadlineID) -> Bool {
        let wasSet = deadlines.cancel(id)
        if deadlines.count == 0 { setTimer() }
        return wasSet
    }

    /// The kinds of the handles that are not closed yet, the loop's own timer left out: the message
    /// to print when `close` returns an error.
    package func openHandles() -> [String] {
        var kinds: [String] = []
        unsafe withUnsafeMutablePointer(to: &kinds) { list in
            unsafe uv_walk(
                pointer,
                { handle, list in
                    guard unsafe uv_is_closing(handle) == 0, let list = unsafe list,
                        let name = unsafe uv_handle_type_name(uv_handle_get_type(handle))
                    else { return }
                    // SAFETY: `list` is the array of the caller, who waits for this call.
                    unsafe list.assumingMemoryBound(to: [String].self).pointee.append(
                        String(cString: name))
                }, list)
        }
        if !timer.isClosing, let own = kinds.firstIndex(of: "timer") { kinds.remove(at: own) }
        return kinds
    }

    /// Ends the loop after the owners have closed their handles. Returns what `uv_loop_close`
    /// returned: 0, or `EBUSY` if a handle was forgotten, and then its memory stays.
    package func close() -> Int32 {
        precondition(!isClosed, "a loop was closed twice")
        deadlines = DeadlineQueue()
        timer.close()
        // Close callbacks run in the next turn; those may close more.
        for _ in 0..<8 { _ = unsafe uv_run(pointer, UV_RUN_NOWAIT) }
        isClosed = true
        let code = unsafe uv_loop_close(pointer)
        if code == 0 { freeMemory() }
        return code
    }

    private func freeMemory() {
        unsafe pointer.deallocate()
        unsafe readBuffer.deallocate()
    }

    private func time(after milliseconds: Int64) -> Int64 {
        let (sum, overflow) = now.addingReportingOverflow(max(0, milliseconds))
        return overflow ? DeadlineQueue.never : sum
    }

    /// Sets the timer for the earliest deadline. One that is set too early does no harm: it finds
    /// nothing to do and is set again; so it is only touched for an earlier one.
    private func setTimer() {
        guard timerAt != Int64.min else { return }
        let earliest = deadlines.earliest
        if earliest == DeadlineQueue.never {
            guard timerAt != DeadlineQueue.never else { return }
            _ = unsafe uv_timer_stop(timer.pointer())
            timerAt = DeadlineQueue.never
        } else if earliest < timerAt {
            startTimer(earliest)
        }
    }

    private func startTimer(_ deadline: Int64) {
        guard !timer.isClosing else { return }
        timerAt = deadline
        let code = unsafe uv_timer_start(
            timer.pointer(),
            { timer in
                guard let timer = unsafe timer,
                    let loop = unsafe uv_handle_get_loop(weir_as_handle(timer))
                else { return }
                unsafe Loop.of(loop).timerFired()
            }, UInt64(max(0, deadline - now)), 0)
        precondition(code == 0, "uv_timer_start returned \(code)")
    }

    /// Does what is due. What an action schedules has to wait for the next turn, or actions that
    /// schedule each other would keep the loop from its sockets; and since libuv runs a timer of 0
    /// in the same turn, the next one is at least a millisecond away.
    private func timerFired() {
        if isOneTurn { stop() }
        timerAt = Int64.min
        let bound = deadlines.orderNow
        let due = now
        while let action = deadlines.takeDue(at: due, setBefore: bound) { action() }
        timerAt = DeadlineQueue.never
        let earliest = deadlines.earliest
        if earliest != DeadlineQueue.never { startTimer(max(earliest, due + 1)) }
    }

    /// The Swift object of a libuv loop, in one of its callbacks.
    static func of(_ pointer: UnsafeMutablePointer<uv_loop_t>) -> Loop {
        guard let data = unsafe uv_loop_get_data(pointer) else {
            preconditionFailure("libuv called back for a loop without an owner")
        }
        // SAFETY: set in init; the loop lives while its callbacks run.
        return unsafe Unmanaged<Loop>.fromOpaque(data).takeUnretainedValue()
    }
}
