import Programs
import Runner

/// A server that the test plays: it answers when the test says so.
final class FakeTransport: WorkTransport {
    private(set) var pulls: [WorkPull] = []
    private(set) var canceledCount = 0
    private(set) var beats: [[WorkBeat]] = []
    private(set) var ends: [WorkEnd] = []
    /// The work that the next questions are answered with.
    var work: [LeasedWork] = []
    /// What a lease is answered with, where it is not extended.
    var leases: [String: WorkLease] = [:]
    var receipts: [String: WorkReceipt] = [:]
    /// Nobody answers while it is there.
    var fault: WorkFault?
    private var question: ((Result<[LeasedWork], WorkFault>) -> Void)?
    private let later: (@escaping () -> Void) -> Void

    /// `later` does something in the next turn of the loop.
    init(later: @escaping (@escaping () -> Void) -> Void) { self.later = later }

    /// The question that waits.
    var waiting: WorkPull? { question == nil ? nil : pulls.last }

    /// The lines of the log that came in, by token.
    func log(_ token: String) -> [String] {
        beats.joined().filter { $0.token == token }.flatMap(\.log)
    }

    /// Hands out work to the question that waits, as far as it asked for it.
    func serve() {
        guard let question, let pull = pulls.last else { return }
        let fit = work.filter { pull.kinds.contains($0.kind) }.prefix(pull.jobsMax)
        guard !fit.isEmpty || fault != nil else { return }
        self.question = nil
        work.removeAll { job in fit.contains { $0.token == job.token } }
        let fault = self.fault
        later { question(fault.map { .failure($0) } ?? .success(Array(fit))) }
    }

    /// Answers the question that waits with this, whatever it asked for.
    func answer(_ works: [LeasedWork]) {
        guard let question else { return }
        self.question = nil
        later { question(.success(works)) }
    }

    func add(_ works: [LeasedWork]) {
        work += works
        serve()
    }

    func pull(
        _ pull: WorkPull, then: @escaping (Result<[LeasedWork], WorkFault>) -> Void
    ) {
        precondition(question == nil, "two questions at a time")
        pulls.append(pull)
        question = then
        serve()
    }

    func cancelPull() {
        canceledCount += 1
        question = nil
    }

    func heartbeat(
        _ beats: [WorkBeat], then: @escaping (Result<[WorkLease], WorkFault>) -> Void
    ) {
        if fault == nil { self.beats.append(beats) }
        let answer: Result<[WorkLease], WorkFault> =
            fault.map { .failure($0) } ?? .success(beats.map { leases[$0.token] ?? .extended })
        later { then(answer) }
    }

    func report(_ ends: [WorkEnd], then: @escaping (Result<[WorkReceipt], WorkFault>) -> Void) {
        if fault == nil { self.ends += ends }
        let answer: Result<[WorkReceipt], WorkFault> =
            fault.map { .failure($0) } ?? .success(ends.map { receipts[$0.token] ?? .taken })
        later { then(answer) }
    }

    func close() { question = nil }
}
