internal import Core
package import EventLoop
package import HTTP

/// Takes connections on a loop, reads requests from them, and writes the answers.
///
/// A connection has one request at a time: what a client sends ahead is read when the answer before
/// it is written. Belongs to the loop thread.
package final class HTTPServer {
    let loop: Loop
    let limits: HTTPServerLimits
    let parserLimits: HTTPLimits
    private(set) var handler: (any HTTPHandler)?
    private(set) var isDraining = false
    /// Answers are put together here, one after the other.
    var scratch: [UInt8] = []
    private var dateHeader = DateHeader()
    private var listeners: [TCPListener] = []
    private var slots: [HTTPConnection?] = []
    private var freeSlots: [Int] = []
    private var nextSequence: UInt64 = 0
    private var onDrained: (() -> Void)?

    /// How many connections are open.
    package private(set) var connectionCount = 0
    /// The parts of requests and answers that wait in all connections; see the limit.
    package var bufferedBytes: Int { buffered.total }
    private var buffered: Shares
    /// Called with what was wrong when a listener pauses accepting, for the log.
    package var onAcceptPause: ((UVError) -> Void)?

    /// A server that listens nowhere yet. It holds the handler until `closeAll` or until drained.
    package init(
        loop: Loop,
        limits: HTTPServerLimits = HTTPServerLimits(),
        parserLimits: HTTPLimits,
        handler: any HTTPHandler
    ) {
        self.loop = loop
        self.limits = limits
        self.parserLimits = parserLimits
        self.handler = handler
        buffered = Shares(of: limits.bufferedBytesMax)
    }

    deinit {
        precondition(connectionCount == 0, "an HTTP server was dropped with connections open")
    }

    /// Listens at an address as well, and returns the port, also when 0 was asked for.
    package func listen(host: String, port: Int) throws(UVError) -> Int {
        let listener = try TCPListener(loop: loop, host: host, port: port) { [unowned self] in
            accepted($0)
        }
        listener.onPause = { [unowned self] in onAcceptPause?($0) }
        listeners.append(listener)
        return listener.port
    }

    /// Answers a request. Does nothing if its connection has gone: `closed` told so.
    package func respond(_ exchange: ExchangeID, with response: Response) {
        guard exchange.slot < slots.count else { return }
        slots[exchange.slot]?.respond(exchange, with: response)
    }

    /// Takes no more connections, closes those without a request at once and the others after
    /// their answer; then calls `action`, perhaps within this call.
    package func drain(then action: @escaping () -> Void) {
        isDraining = true
        onDrained = action
        closeListeners()
        for connection in slots { connection?.drain() }
        finishDrainIfDone()
    }

    /// Drops every connection and listener now. The handler hears `closed` for each open exchange.
    package func closeAll() {
        isDraining = true
        closeListeners()
        for connection in slots { connection?.abandon() }
        finishDrainIfDone()
        handler = nil
    }

    // MARK: For the connections

    func nextExchange(slot: Int) -> ExchangeID {
        nextSequence += 1
        return ExchangeID(slot: slot, sequence: nextSequence)
    }

    /// Puts an answer together in `scratch`.
    func render(_ response: Response, keepAlive: Bool, isHead: Bool) {
        if scratch.capacity > HTTPServer.scratchBytesKeptMax { scratch = [] }
        scratch.removeAll(keepingCapacity: true)
        ResponseWriter.write(
            response, keepAlive: keepAlive, isHead: isHead, date: dateHeader.bytes(at: loop.now),
            into: &scratch)
    }

    /// Counts what a connection holds, and tells whether there is room for it.
    func account(_ before: HTTPConnection.Held, _ now: HTTPConnection.Held) -> Shares.Room {
        buffered.count(-before.bytes, of: before.sharer)
        let grows = now.bytes > before.bytes
        let room = grows ? buffered.room(for: now.bytes, of: now.sharer) : .free
        buffered.count(now.bytes, of: now.sharer)
        return room
    }

    func closed(_ connection: HTTPConnection) {
        slots[connection.slot] = nil
        freeSlots.append(connection.slot)
        connectionCount -= 1
    }

    /// Called by a connection that has closed, after it told the handler.
    func finishDrainIfDone() {
        guard isDraining, connectionCount == 0, let action = onDrained else { return }
        onDrained = nil
        handler = nil
        action()
    }

    /// One large answer must not hold its memory for ever.
    private static let scratchBytesKeptMax = 1_024 * 1_024

    private func closeListeners() {
        for listener in listeners { listener.close() }
        listeners = []
    }

    private func accepted(_ tcp: TCPConnection) {
        guard connectionCount < limits.connectionsMax else {
            // A client that has sent something sees a reset instead, for nothing of it was read.
            render(.tooManyConnections, keepAlive: false, isHead: false)
            tcp.write(scratch)
            return tcp.close()
        }
        connectionCount += 1
        let slot: Int
        if let free = freeSlots.popLast() {
            slot = free
        } else {
            slot = slots.count
            slots.append(nil)
        }
        let connection = HTTPConnection(server: self, tcp: tcp, slot: slot)
        slots[slot] = connection
        connection.open()
    }
}
