internal import Core
internal import EventLoop
internal import HTTP

/// One connection: reads a request, waits for its answer, writes it, and begins again.
final class HTTPConnection: TCPConnectionHandler {
    private enum State {
        /// The next request is awaited, or in part here.
        case reading
        /// The handler has the request.
        case answering(Exchange)
        /// The answer waits for the kernel; a refusal has no exchange.
        case writing(Exchange?)
        /// The last answer is written. What still comes is thrown away until the client ends.
        case lingering
        case closed
    }

    /// What a connection has in the server's memory, and in whose share.
    struct Held: Hashable {
        var bytes = 0
        var sharer: String?
    }

    let slot: Int
    private unowned let server: HTTPServer
    private let tcp: TCPConnection
    private var state = State.reading
    private var parser: RequestParser
    /// What the client sent ahead of the answer.
    private var pendingInput: [UInt8] = []
    private var isParsing = false
    private var peerHasEnded = false
    /// When the first byte of the request came; nil between requests.
    private var requestBeganAt: Int64?
    /// How much of the request that is not complete yet was read.
    private var requestBytes = 0
    private var deadline: DeadlineID?
    private var patience = WritePatience()
    /// In whose share counts what is held now: a body that is not complete, or an answer. A head is
    /// in nobody's: it is small, and whose it is nobody knows.
    private var sharer: String?
    /// What the server counts for this connection.
    private var accounted = Held()

    init(server: HTTPServer, tcp: TCPConnection, slot: Int) {
        self.server = server
        self.tcp = tcp
        self.slot = slot
        parser = RequestParser(limits: server.parserLimits)
    }

    /// Begins to read.
    func open() {
        tcp.handler = self
        setDeadline(after: server.limits.idleMilliseconds)
        tcp.startReading()
    }

    /// Answers the request that the handler has, if it is this one.
    func respond(_ exchange: ExchangeID, with response: Response) {
        guard case .answering(var current) = state, current.id == exchange else { return }
        let isLast = server.isDraining || (peerHasEnded && pendingInput.isEmpty)
        current.keepAlive = current.keepAlive && !isLast
        sharer = response.sharer
        server.render(response, keepAlive: current.keepAlive, isHead: current.isHead)
        write(current)
    }

    /// The server ends: so does this connection, now or after the answer that is due.
    func drain() {
        if case .reading = state, requestBeganAt == nil, pendingInput.isEmpty { abandon() }
    }

    /// Closes now. An exchange that is not delivered is reported as closed.
    func abandon() {
        let lost: ExchangeID?
        switch state {
        case .closed: return
        case .answering(let exchange): lost = exchange.id
        case .writing(let exchange): lost = exchange?.id
        case .reading, .lingering: lost = nil
        }
        state = .closed
        tcp.close()
        pendingInput = []
        if let deadline { server.loop.cancel(deadline) }
        _ = server.account(accounted, Held())
        accounted = Held()
        server.closed(self)
        if let lost { server.handler?.closed(lost) }
        server.finishDrainIfDone()
    }

    // MARK: What the connection reports

    func received(_ bytes: Span<UInt8>) {
        switch state {
        case .reading:
            parse(bytes)
        case .answering, .writing:
            keep(bytes, from: 0)
        case .lingering, .closed:
            break
        }
        updateAccount()
    }

    /// The client will send no more. Most who do this are gone: a worker that died must not keep
    /// its ticket. Some, like `nc -N`, only end their side after the request and read on. Those
    /// end within moments of their request, so: within `halfCloseMilliseconds` of the request the
    /// end is no sign, and an answer that is ready by then is written; later it means gone. For a
    /// long poll it means gone at once: its answer may be work, which must not go to nobody.
    func readEnded() {
        peerHasEnded = true
        switch state {
        case .answering(let exchange):
            if server.handler?.isParked(exchange.id) ?? false { return abandon() }
            let began = requestBeganAt ?? server.loop.now
            let left = began + server.limits.halfCloseMilliseconds - server.loop.now
            if left > 0 { setDeadline(after: left) } else { abandon() }
        case .reading, .lingering: abandon()
        case .writing, .closed: break
        }
    }

    func written() {
        if case .writing(let exchange) = state { answered(exchange) }
    }

    func failed(_ error: UVError) { abandon() }

    // MARK: Reading

    /// Reads requests until the input ends or one waits for its answer. An answer given within
    /// `received` of the handler leaves the state `reading`, and the next request is read here.
    private func parse(_ input: Span<UInt8>) {
        isParsing = true
        var offset = 0
        while offset < input.count, case .reading = state {
            if requestBeganAt == nil { requestBeganAt = server.loop.now }
            let (taken, event) = parser.consume(input.extracting(offset..<input.count))
            offset += taken
            requestBytes += taken
            switch event {
            case .needsMore:
                precondition(offset == input.count, "the parser left bytes of a request")
                // An empty line between requests begins none.
                if parser.isIdle { requestEnded() }
            case .bodyBegins(let head):
                if let response = server.handler?.refusal(of: head) {
                    refuse(response, isHead: head.method == .head)
                    break
                }
                if let handler = server.handler { sharer = handler.sharer(of: head) }
                if head.expectsContinue, offset == input.count {
                    // Only for a client that waits; one that sends at once is not asked to.
                    tcp.write(ResponseWriter.continueBytes)
                }
            case .request(let request):
                hand(over: request)
            case .refused(let refusal):
                refuse(refusal.response)
            }
        }
        isParsing = false
        switch state {
        case .reading:
            waitForMore()
        case .answering, .writing:
            // Reading tells when the client goes away while its answer is prepared.
            tcp.startReading()
            keep(input, from: offset)
        case .lingering, .closed: break
        }
    }

    private func requestEnded() {
        requestBeganAt = nil
        requestBytes = 0
        sharer = nil
    }

    /// Keeps what came after a request that waits for its answer.
    private func keep(_ input: Span<UInt8>, from offset: Int) {
        let rest = input.extracting(offset..<input.count)
        rest.withUnsafeBufferPointer { pendingInput.append(contentsOf: $0) }
        if pendingInput.count >= server.limits.pipelineBytesMax { tcp.stopReading() }
    }

    private func waitForMore() {
        if peerHasEnded { return abandon() }
        tcp.startReading()
        setDeadline(
            after: server.limits.readMilliseconds(
                requestBeganAt: requestBeganAt, isInHead: parser.isInHead, at: server.loop.now))
    }

    private func hand(over request: Request) {
        let exchange = Exchange(
            id: server.nextExchange(slot: slot),
            isHead: request.method == .head,
            keepAlive: request.keepAlive)
        state = .answering(exchange)
        requestBeganAt = server.loop.now
        requestBytes = 0
        // How long an answer may take is for the handler to say, while there is a client.
        setDeadline(
            after: peerHasEnded ? server.limits.halfCloseMilliseconds : DeadlineQueue.never)
        server.handler?.received(request, on: exchange.id)
    }

    /// Answers what is no request that the handler could answer, and ends.
    private func refuse(_ response: Response, isHead: Bool = false) {
        server.render(response, keepAlive: false, isHead: isHead)
        // Nobody reads on: what is here of a body need not wait for the client to take the answer.
        parser = RequestParser(limits: server.parserLimits)
        sharer = response.sharer
        write(nil)
    }

    // MARK: Writing

    /// Writes what was rendered.
    private func write(_ exchange: Exchange?) {
        state = .writing(exchange)
        switch tcp.write(server.scratch) {
        case .written:
            answered(exchange)
        case .waiting:
            let wait = patience.begin(
                untakenBytes: tcp.untakenBytes, at: server.loop.now, limits: server.limits)
            setDeadline(after: wait)
            updateAccount()
        case .failed:
            abandon()
        }
    }

    private func answered(_ exchange: Exchange?) {
        requestEnded()
        if let exchange, exchange.keepAlive, !server.isDraining {
            state = .reading
            server.handler?.delivered(exchange.id)
            if !isParsing { readOn() }
        } else {
            pendingInput = []
            state = .lingering
            if let exchange { server.handler?.delivered(exchange.id) }
            if case .lingering = state { linger() }
        }
    }

    /// Reads what the client sent ahead, then what comes. Not called within `parse`, which goes on
    /// by itself.
    private func readOn() {
        guard case .reading = state else { return }
        let input = pendingInput
        pendingInput = []
        parse(input.span)
        updateAccount()
    }

    private func linger() {
        if peerHasEnded { return abandon() }
        tcp.shutdown()
        tcp.startReading()
        setDeadline(after: server.limits.lingerMilliseconds)
        updateAccount()
    }

    // MARK: Time and memory

    private func setDeadline(after milliseconds: Int64) {
        if let deadline, server.loop.reschedule(deadline, after: milliseconds) { return }
        deadline = server.loop.schedule(after: milliseconds) { [unowned self] in deadlineCame() }
    }

    private func deadlineCame() {
        switch state {
        case .reading:
            guard requestBeganAt != nil else { return abandon() }
            refuse(.tooSlow(isInHead: parser.isInHead, server.limits))
        case .writing:
            guard
                let wait = patience.goOn(
                    untakenBytes: tcp.untakenBytes, at: server.loop.now, limits: server.limits)
            else { return cutOff() }
            setDeadline(after: wait)
            updateAccount()
        case .answering, .lingering: abandon()
        case .closed: break
        }
    }

    /// Closes so that the client sees a broken answer and not a short one.
    private func cutOff() {
        tcp.reset()
        abandon()
    }

    /// Tells the server how much waits here, and ends the connection that makes it too much.
    private func updateAccount() {
        var held = Held(bytes: pendingInput.count, sharer: sharer)
        switch state {
        case .reading: held.bytes += requestBytes
        case .writing: held.bytes += tcp.writeQueueBytes
        case .answering(let exchange):
            // The request is the handler's now; what came after it waits for its answer.
            if held.bytes > 0 { held.sharer = server.handler?.sharer(of: exchange.id) }
        case .lingering: break
        case .closed: return
        }
        if held.bytes == 0 { held = Held() }
        guard held != accounted else { return }
        let before = accounted
        accounted = held
        let room = server.account(before, held)
        guard room != .free else { return }
        switch state {
        case .reading: refuse(room == .shareTaken ? .shareIsHeld : .tooManyBytesBuffered)
        case .answering, .writing, .lingering: cutOff()
        case .closed: break
        }
    }
}
