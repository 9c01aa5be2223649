import Core
import EventLoop
import Threads

/// Events of subscriptions come at a steady rate, and beside them as many submits as are answered.
/// Every event changes its tenant's status.
final class EventLoad: LoadDriver {
    /// How long each event and each submit took, in milliseconds, once the warm-up was over.
    private(set) var eventMilliseconds: [Double] = []
    private(set) var submitMilliseconds: [Double] = []
    /// How long was measured, in seconds.
    private(set) var secondsMeasured = 0.0
    private let seconds: Double
    private let tenants: Int
    private var submit: RequestBytes
    private var random = Random(seed: 4)
    private var sentAt: [Int64]
    private var isIdle: [Bool]
    private var eventsSent = 0
    private var firstDueAt: Int64 = 0
    private var measuredFrom = Int64.max
    /// Until then every connection for events waited for its answer.
    private var noneIdleUntil: Int64 = 0

    static let eventsPerSecond = 2_000
    private static let eventConnections = 32
    private static let submitConnections = 32
    static let connections = eventConnections + submitConnections

    init(tenants: Int, seconds: Double) {
        self.tenants = tenants
        self.seconds = seconds
        sentAt = Array(repeating: 0, count: EventLoad.connections)
        isIdle = Array(repeating: true, count: EventLoad.eventConnections)
        submit = RequestBytes(
            "POST", "/v1/jobs", key: ServerUnderLoad.adminKey,
            tenant: RequestBytes.gap(Stock.tenant(0).utf8.count),
            body: #"{"kind":"\#(Stock.kind)","payload":\#(Stock.payload)}"#)
    }

    func begin(_ load: Load) {
        firstDueAt = MonotonicClock.nowNanoseconds
        for connection in load.connections.dropFirst(EventLoad.eventConnections) {
            sendJob(connection)
        }
        sendEvents(load)
        load.loop.updateNow()
        load.loop.schedule(after: max(1, Int64(seconds * 100))) { [unowned self] in
            measuredFrom = MonotonicClock.nowNanoseconds
            load.loop.updateNow()
            load.loop.schedule(after: Int64(seconds * 1_000)) { [unowned self] in
                secondsMeasured = Double(MonotonicClock.nowNanoseconds - measuredFrom) / 1e9
                guard eventMilliseconds.isEmpty || submitMilliseconds.isEmpty else {
                    return load.end()
                }
                load.fail("there was too little to do for a rate")
            }
        }
    }

    func answered(_ connection: LoadConnection, of load: Load) {
        let now = MonotonicClock.nowNanoseconds
        let took = Double(now - sentAt[connection.index]) / 1e6
        guard connection.index < EventLoad.eventConnections else {
            if now >= measuredFrom { submitMilliseconds.append(took) }
            return sendJob(connection)
        }
        if now >= measuredFrom { eventMilliseconds.append(took) }
        guard ByteSearch.first(Array(#""duplicate":false"#.utf8), in: connection.body) != nil else {
            return load.fail("the server says that it knew an event that is new")
        }
        if !isIdle.contains(true) { noneIdleUntil = now }
        isIdle[connection.index] = true
    }

    private func sendJob(_ connection: LoadConnection) {
        submit.fill(0, with: Stock.tenant(Int(random.next() % UInt64(tenants))).utf8)
        sentAt[connection.index] = MonotonicClock.nowNanoseconds
        connection.send(submit)
    }

    /// Sends what is due. The clock of an event starts when it was due, if the server is why it is
    /// late.
    private func sendEvents(_ load: Load) {
        guard !load.isOver else { return }
        let interval = Int64(1_000_000_000 / EventLoad.eventsPerSecond)
        while let index = isIdle.firstIndex(of: true) {
            let now = MonotonicClock.nowNanoseconds
            let dueAt = firstDueAt + Int64(eventsSent) * interval
            guard dueAt <= now else { break }
            let number = eventsSent / tenants
            let event = SignedEvent(
                tenant: Stock.tenant(eventsSent % tenants), number: number,
                status: number.isMultiple(of: 2) ? "active" : "past_due")
            sentAt[index] = noneIdleUntil > dueAt ? dueAt : now
            isIdle[index] = false
            eventsSent += 1
            load.connections[index].send(event.request())
        }
        load.loop.updateNow()
        load.loop.schedule(after: 1) { [unowned self] in sendEvents(load) }
    }
}
