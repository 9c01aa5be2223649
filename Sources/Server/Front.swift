import API
import Billing
import Core
import EventLoop
import HTTP
import HTTPServer
import Service
import Store

/// Joins the service, which decides, with the sockets and the store's threads, which do. All of it
/// runs on the loop.
final class Front: HTTPHandler {
    let service: Service
    private let loop: Loop
    private let clock: ServerClock
    private let threads: StoreThreads
    private let log: Log
    /// Set once the server is made; it holds this handler until it has drained.
    unowned var http: HTTPServer?
    /// Makes the calls that the store orders.
    var courier: Courier?
    /// Answers what the store wants to know; none where nobody can be asked.
    var provider: (any Provider)?
    private var timer: DeadlineID?
    private var timerAt: Int64?
    private var isPumping = false
    /// A failure was logged, and is not over.
    /// What was last told of a store that fails.
    private var storeFault: String?

    init(
        service: Service, loop: Loop, clock: ServerClock, threads: StoreThreads, log: Log
    ) {
        self.service = service
        self.loop = loop
        self.clock = clock
        self.threads = threads
        self.log = log
    }

    // MARK: HTTPHandler

    func refusal(of head: RequestHead) -> Response? {
        defer { pump() }
        return service.refusal(of: head, at: clock.now)
    }

    func sharer(of head: RequestHead) -> String? { service.sharer(of: head) }

    func sharer(of exchange: ExchangeID) -> String? {
        service.sharerOfBytes(ExchangeKey(rawValue: exchange.rawValue))
    }

    func received(_ request: Request, on exchange: ExchangeID) {
        service.received(
            request, on: ExchangeKey(rawValue: exchange.rawValue), at: clock.now,
            realSteadyMilliseconds: loop.now)
        pump()
    }

    func isParked(_ exchange: ExchangeID) -> Bool {
        service.isParked(ExchangeKey(rawValue: exchange.rawValue))
    }

    func delivered(_ exchange: ExchangeID) {
        service.delivered(ExchangeKey(rawValue: exchange.rawValue))
        pump()
    }

    func closed(_ exchange: ExchangeID) {
        service.closed(ExchangeKey(rawValue: exchange.rawValue))
        pump()
    }

    // MARK: The threads

    /// Takes what the store's thread told.
    func take(_ event: StoreEvent) {
        switch event {
        case .failed(_, _, let error):
            // Each try to come back says the same, and is told once; what it says is often more
            // than the failure before it did.
            if storeFault != error.message {
                log.write(.error, "store.failed", [("reason", error.message)])
            }
            storeFault = error.message
        case .recovered:
            log.write(.warn, "store.recovered")
            storeFault = nil
        case .committed(let outcome):
            for order in outcome.deliveries { courier?.deliver(order) }
        case .overloaded(true): log.write(.error, "store.overloaded")
        case .overloaded(false): log.write(.warn, "store.relieved")
        case .refused, .clockMoved, .started, .refusedToStart, .stopped: break
        }
        service.took(event)
    }

    /// Takes what the reader's thread told.
    func take(_ result: QueryResult) { service.queried(result) }

    /// Does what the service wants done, until it wants nothing more.
    func pump() {
        guard !isPumping else { return }
        isPumping = true
        defer { isPumping = false }
        var actions = service.takeActions()
        while !actions.isEmpty {
            for action in actions { perform(action) }
            actions = service.takeActions()
        }
        setTimer()
    }

    private func perform(_ action: ServiceAction) {
        switch action {
        case .respond(let key, let response, _):
            http?.respond(ExchangeID(rawValue: key.rawValue), with: response)
        case .command(let envelope):
            if !threads.post(envelope) { service.refused([envelope.id], .overloaded) }
        case .query(let query):
            if !threads.post(query) {
                service.queried(QueryResult(id: query.id, rows: .unavailable))
            }
        case .tell(let news): tell(news)
        case .ask(let inquiry, let question): ask(inquiry, question)
        case .moveClock(let move, let id):
            if !threads.post(move, id) { service.refused([id], .overloaded) }
        }
    }

    private func tell(_ news: WebhookNews) {
        switch news {
        case .refused(let cause):
            log.write(.warn, "webhook.refused", [("cause", cause)])
        case .failing(let inRow, let cause):
            log.write(
                .error, "webhook.failing",
                [
                    ("in_row", "\(inRow)"), ("cause", cause),
                    ("meaning", "no signature is right: compare the webhook secret and the clock"),
                ])
        case .working(let failures):
            log.write(.warn, "webhook.working", [("after", "\(failures)")])
        case .alarm(let alarm): tell(alarm)
        }
    }

    private func tell(_ alarm: OperatorAlarm) {
        switch alarm {
        case .unapplied(let event, let type, let state, let reason):
            log.write(
                state == .failed ? .error : .warn, "webhook.unapplied",
                [
                    ("id", event), ("type", type), ("state", state.name),
                    ("reason", reason ?? ""),
                ])
        case .odd(let event, let type, let reason):
            log.write(
                .error, "webhook.odd", [("id", event), ("type", type), ("reason", reason)])
        case .unsettled(let subscription, let tenant):
            log.write(
                .error, "subscription.unsettled",
                [
                    ("subscription", subscription), ("tenant", tenant ?? ""),
                    (
                        "meaning",
                        "the provider's answers do not say what it is; it is not asked again"
                    ),
                ])
        case .unreadable(let tenant, let reason):
            log.write(
                .error, "subscription.unreadable",
                [
                    ("tenant", tenant), ("reason", reason),
                    ("meaning", "the tenant keeps what it has; 'weir verify' lists the rows"),
                ])
        case .endpointOff(let endpoint, let tenant, let reason):
            log.write(
                .warn, "endpoint.off",
                [
                    ("endpoint", "\(endpoint)"), ("tenant", tenant), ("reason", reason.name),
                    ("meaning", "nothing is delivered to it until it is turned on again"),
                ])
        }
    }

    private func ask(_ inquiry: ProviderInquiry, _ question: ProviderQuestion) {
        guard let provider else {
            return service.answered(inquiry, .unavailable(retryMilliseconds: nil))
        }
        provider.ask(question) { [unowned self] answer in
            service.answered(inquiry, answer)
            pump()
        }
    }

    /// Keeps one deadline on the loop: the service's next.
    private func setTimer() {
        let next = service.nextDeadline
        guard next != timerAt else { return }
        timerAt = next
        if let timer { loop.cancel(timer) }
        timer = next.map { deadline in
            loop.schedule(after: max(0, deadline - loop.now)) { [unowned self] in
                timer = nil
                timerAt = nil
                service.tick(realSteadyMilliseconds: loop.now)
                pump()
            }
        }
    }
}
