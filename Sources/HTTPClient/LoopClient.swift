internal import CCurl
package import EventLoop

/// Posts to URLs that strangers gave us, many at a time, on the loop. It follows no redirect, takes
/// no proxy from the environment, and connects only to addresses that it was told are fit: each is
/// looked at when its socket is opened, at every try. Used on the loop thread only.
@safe package final class LoopClient {
    private let loop: Loop
    // SAFETY: made in init, freed in `close`, after its last transfer.
    private let multi: UnsafeMutableRawPointer
    private let admits: (PeerAddress) -> Bool
    /// By the numbers of their handles.
    private var transfers: [Int: Transfer] = [:]
    private var watches: [Int32: SocketWatch] = [:]
    private var timer: DeadlineID?
    /// When calls end whose answer has come and whose body has not, by their numbers.
    private var bodyTimers: [Int: DeadlineID] = [:]
    private var isClosed = false

    /// How long the body of an answer that is not kept is waited for once the head has come: a
    /// receiver that is well has no reason to see its connection cut.
    private static let bodyMilliseconds: Int64 = 1_000

    /// A client that connects to what `admits` lets pass; `close` must be called before it is
    /// dropped.
    package init(loop: Loop, admits: @escaping (PeerAddress) -> Bool) {
        guard let multi = unsafe curl_multi_init() else {
            preconditionFailure("libcurl could not be started")
        }
        unsafe self.multi = multi
        self.loop = loop
        self.admits = admits
        // SAFETY: not retained; libcurl calls back only in calls of ours, and `close` ends that.
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let code = unsafe weir_curl_multi_set_callbacks(multi, socketWanted, timeWanted, context)
        precondition(code == CURLM_OK, "libcurl's callbacks could not be set")
    }

    deinit {
        precondition(isClosed, "a client was dropped before it was closed")
    }

    /// How many calls are under way.
    package var count: Int { transfers.count }

    /// Posts, and tells once how that ended. `close` ends it without a word.
    package func post(_ post: LoopPost, then: @escaping (LoopOutcome) -> Void) {
        _ = ask(post) { outcome, _ in then(outcome) }
    }

    /// Posts, and tells once how that ended, with the body of the answer. What is returned takes
    /// the call back; nil if it has ended already.
    package func ask(
        _ post: LoopPost, then: @escaping (LoopOutcome, _ body: [UInt8]) -> Void
    ) -> LoopCallID? {
        precondition(!isClosed, "a call was made by a client that is closed")
        var number: Int?
        let transfer = Transfer(
            post, admits: admits,
            headCame: { [unowned self] in
                if let number { endSoon(number) }
            }, then: then)
        number = transfer.number
        if let fault = transfer.fault {
            then(.failed(fault), [])
            return nil
        }
        transfers[transfer.number] = transfer
        let code = unsafe curl_multi_add_handle(multi, UnsafeMutableRawPointer(transfer.easy))
        precondition(code == CURLM_OK, "libcurl took no further call")
        return LoopCallID(number: transfer.number)
    }

    /// Takes a call back: it ends without a word, and with it its connection. One that has ended
    /// is none any more.
    package func cancel(_ id: LoopCallID) {
        guard let transfer = transfers.removeValue(forKey: id.number) else { return }
        detach(transfer)
    }

    /// Ends all calls. Closing twice does nothing.
    package func close() {
        guard !isClosed else { return }
        for transfer in transfers.values { detach(transfer) }
        transfers = [:]
        _ = unsafe curl_multi_cleanup(multi)
        isClosed = true
        for watch in watches.values { watch.close() }
        watches = [:]
        if let timer { loop.cancel(timer) }
        timer = nil
        for timer in bodyTimers.values { loop.cancel(timer) }
        bodyTimers = [:]
    }

    // MARK: What libcurl wants, within calls of ours

    fileprivate func watch(_ socket: Int32, _ what: Int32) {
        if what == CURL_POLL_REMOVE {
            watches.removeValue(forKey: socket)?.close()
            return
        }
        do throws(UVError) {
            if watches[socket] == nil { watches[socket] = try makeWatch(socket) }
            try watches[socket]?.watch(
                reading: what & CURL_POLL_IN != 0, writing: what & CURL_POLL_OUT != 0)
        } catch {
            // Without its watch the call runs into its time-out, which says so.
            watches.removeValue(forKey: socket)?.close()
        }
    }

    private func makeWatch(_ socket: Int32) throws(UVError) -> SocketWatch {
        try SocketWatch(loop: loop, socket: socket) { [unowned self] ready in
            var events: Int32 = 0
            if ready.isReadable { events |= CURL_CSELECT_IN }
            if ready.isWritable { events |= CURL_CSELECT_OUT }
            if ready.hasFailed { events |= CURL_CSELECT_ERR }
            act(socket, events)
        }
    }

    /// Nothing of libcurl may be called from here, so that 0 means soon and not now.
    fileprivate func setTimer(_ milliseconds: Int) {
        if let timer { loop.cancel(timer) }
        timer = nil
        guard milliseconds >= 0 else { return }
        timer = loop.schedule(after: Int64(milliseconds)) { [unowned self] in
            timer = nil
            act(-1, 0)
        }
    }

    // MARK: Private

    /// Lets libcurl go on, and tells of the calls that this ended.
    private func act(_ socket: Int32, _ events: Int32) {
        var running: Int32 = 0
        _ = unsafe curl_multi_socket_action(multi, socket, events, &running)
        var code = CURLE_OK
        var ended: [(Transfer, LoopOutcome)] = []
        while let easy = unsafe weir_curl_next_ended(multi, &code) {
            guard let transfer = transfers.removeValue(forKey: Int(bitPattern: easy)) else {
                preconditionFailure("libcurl ended a call that was not begun")
            }
            let outcome = transfer.outcome(code)
            detach(transfer)
            ended.append((transfer, outcome))
        }
        for (transfer, outcome) in ended where !isClosed { transfer.then(outcome, transfer.body) }
    }

    /// Within a call of libcurl's, which must not lose the transfer that it is at.
    private func endSoon(_ number: Int) {
        bodyTimers[number] = loop.schedule(after: LoopClient.bodyMilliseconds) { [unowned self] in
            bodyTimers[number] = nil
            guard let transfer = transfers.removeValue(forKey: number) else { return }
            let outcome = transfer.outcomeOfHead
            detach(transfer)
            transfer.then(outcome, transfer.body)
        }
    }

    private func detach(_ transfer: Transfer) {
        if let timer = bodyTimers.removeValue(forKey: transfer.number) { loop.cancel(timer) }
        _ = unsafe curl_multi_remove_handle(multi, UnsafeMutableRawPointer(transfer.easy))
    }
}

/// Called by libcurl on the loop thread, within calls of the client that `context` is.
private func socketWanted(
    _ easy: UnsafeMutableRawPointer?, _ socket: Int32, _ what: Int32,
    _ context: UnsafeMutableRawPointer?, _ own: UnsafeMutableRawPointer?
) -> Int32 {
    guard let context = unsafe context else { return 0 }
    // SAFETY: the client set itself and lives until it has closed.
    unsafe Unmanaged<LoopClient>.fromOpaque(context).takeUnretainedValue().watch(socket, what)
    return 0
}

/// Called by libcurl on the loop thread, within calls of the client that `context` is.
private func timeWanted(
    _ multi: UnsafeMutableRawPointer?, _ milliseconds: Int, _ context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let context = unsafe context else { return 0 }
    // SAFETY: the client set itself and lives until it has closed.
    unsafe Unmanaged<LoopClient>.fromOpaque(context).takeUnretainedValue().setTimer(milliseconds)
    return 0
}
