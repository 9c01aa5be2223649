import EventLoop
import Threads

/// Some workers wait; jobs are submitted at a steady rate. Measures from the submit to the answer
/// that starts the job.
final class StartLoad: LoadDriver {
    /// How long each job took to start, in milliseconds.
    private(set) var milliseconds: [Double] = []
    private let samplesMax: Int
    private let tenants: Int
    private let pull: RequestBytes
    private var submit: RequestBytes
    private var completions: [Int: RequestBytes] = [:]
    private var roles: [Role]
    private var sentAt: [Int64] = []
    /// Samples of the warm-up are thrown away.
    private let warmUp: Int
    private var firstDueAt: Int64 = 0
    /// Until then every connection that submits waited for its answer.
    private var noneIdleUntil: Int64 = 0

    private enum Role {
        case submitting, submitIdle, pulling, completing
    }

    static let submitters = 4
    static let workers = 8
    static let connections = submitters + workers
    static let submitsPerSecond = 100
    /// A queue in which nothing waits, whatever waits in the others.
    private static let queue = "live"

    init(tenants: Int, seconds: Double) {
        self.tenants = tenants
        let samples = max(10, Int(seconds * Double(StartLoad.submitsPerSecond)))
        warmUp = samples / 10
        samplesMax = samples + warmUp
        roles = Array(repeating: .submitIdle, count: StartLoad.submitters)
        roles += Array(repeating: .pulling, count: StartLoad.workers)
        pull = RequestBytes(
            "POST", "/v1/leases/pull", key: ServerUnderLoad.adminKey,
            body: #"{"queues":["\#(StartLoad.queue)"],"wait":60,"worker":"bench"}"#)
        let number = RequestBytes.gap(StartLoad.digits)
        submit = RequestBytes(
            "POST", "/v1/jobs", key: ServerUnderLoad.adminKey,
            tenant: RequestBytes.gap(Stock.tenant(0).utf8.count),
            body: #"{"kind":"live","queue":"\#(StartLoad.queue)","payload":{"n":1\#(number)}}"#)
    }

    func begin(_ load: Load) {
        for connection in load.connections where roles[connection.index] == .pulling {
            connection.send(pull)
        }
        // The pulls park in the meantime.
        load.loop.schedule(after: 100) { [unowned self] in
            firstDueAt = MonotonicClock.nowNanoseconds
            submitNext(load)
        }
    }

    func answered(_ connection: LoadConnection, of load: Load) {
        switch roles[connection.index] {
        case .submitting:
            let hadIdle = load.connections.contains { roles[$0.index] == .submitIdle }
            if !hadIdle { noneIdleUntil = MonotonicClock.nowNanoseconds }
            roles[connection.index] = .submitIdle
        case .submitIdle:
            load.fail("the server answered what nobody had asked")
        case .pulling:
            started(connection, load)
        case .completing:
            roles[connection.index] = .pulling
            connection.send(pull)
        }
    }

    private func started(_ connection: LoadConnection, _ load: Load) {
        let now = MonotonicClock.nowNanoseconds
        let mark = Array(#""payload":{"n":1"#.utf8)
        guard let number = ByteSearch.number(after: mark, in: connection.body),
            sentAt.indices.contains(number)
        else { return load.fail("a pull came back without one of the jobs submitted") }
        if number >= warmUp { milliseconds.append(Double(now - sentAt[number]) / 1e6) }
        guard milliseconds.count < samplesMax - warmUp else { return load.end() }
        let tokens = ByteSearch.texts(
            after: Array(#""lease":{"token":""#.utf8), in: connection.body)
        roles[connection.index] = .completing
        connection.send(PullLoad.completion(of: tokens, &completions))
    }

    /// Sends what is due. A server that is late with its answers makes the next submit late, and
    /// that counts against it: the clock of a submit starts when it was due.
    private func submitNext(_ load: Load) {
        guard !load.isOver else { return }
        let now = MonotonicClock.nowNanoseconds
        let interval = Int64(1_000_000_000 / StartLoad.submitsPerSecond)
        let dueAt = firstDueAt + Int64(sentAt.count) * interval
        let idle = load.connections.first { roles[$0.index] == .submitIdle }
        if let idle, dueAt <= now, sentAt.count < samplesMax {
            let number = sentAt.count
            // The timer's own lateness is not the server's: that is when none was idle.
            sentAt.append(noneIdleUntil > dueAt ? dueAt : now)
            submit.fill(0, with: Stock.tenant((number &* 7_919) % tenants).utf8)
            submit.fill(1, with: StartLoad.text(number))
            roles[idle.index] = .submitting
            idle.send(submit)
        }
        load.loop.updateNow()
        load.loop.schedule(after: 1) { [unowned self] in submitNext(load) }
    }

    /// A number of fixed width; the digit 1 stands before it, so that zeros may lead.
    private static let digits = 7

    private static func text(_ number: Int) -> [UInt8] {
        let digits = String(number)
        return Array((String(repeating: "0", count: StartLoad.digits - digits.count) + digits).utf8)
    }
}
