import API
import Core
package import EventLoop
package import Programs
package import Runner
package import Service
import Store

/// Work from the service of the same process: no connection and no key, and questions that wait for
/// as long as there is no work. Used on the loop thread only.
///
/// The service answers in the midst of a batch. Runners are told after that, in a turn of the loop
/// of its own, and what they ask for then goes to the store in one piece.
package final class LocalTransport: WorkTransport {
    /// Told of a lease whose job was canceled, before the next heartbeat would learn of it.
    package var onCancel: ((_ token: String) -> Void)?
    private let loop: Loop
    private let service: Service
    private let settings: Settings
    /// Has the service's wishes carried out.
    private let pump: () -> Void
    private var pulling: EnvelopeID?
    /// Counts the questions, so that the answer to one that was taken back is none.
    private var pullNumber = 0
    private var answers: [() -> Void] = []
    private var turn: DeadlineID?
    /// When a question that takes turns with others ends.
    private var kindsTurn: DeadlineID?
    private var isClosed = false

    /// What its leases are like.
    package struct Settings: Hashable, Sendable {
        /// What the server's own runner is called in attempts.
        package var workerName: String
        package var leaseMilliseconds: Int64

        /// Leases of this length, handed to a worker of this name.
        package init(
            workerName: String, leaseMilliseconds: Int64 = Limits.leaseMillisecondsDefault
        ) {
            self.workerName = workerName
            self.leaseMilliseconds = leaseMilliseconds
        }
    }

    /// Asks `service`; `pump` does what the service wants done.
    package init(
        loop: Loop, service: Service, settings: Settings, pump: @escaping () -> Void
    ) {
        self.loop = loop
        self.service = service
        self.settings = settings
        self.pump = pump
        service.runner.onCancel = { [unowned self] token in
            answerLater { [unowned self] in onCancel?(token.description) }
        }
    }

    package func pull(
        _ pull: WorkPull, then: @escaping (Result<[LeasedWork], WorkFault>) -> Void
    ) {
        pullNumber += 1
        let number = pullNumber
        let asked = Pull(
            queues: pull.queues.isEmpty ? ["default"] : pull.queues, kinds: pull.kinds,
            jobsMax: pull.jobsMax, waits: true, leaseMilliseconds: settings.leaseMilliseconds,
            worker: settings.workerName)
        pulling = service.pullForRunner(asked) { [weak self] reply in
            self?.pulled(number, reply, then)
        }
        if pull.takesTurns { endLater(number) }
        pumpLater()
    }

    package func cancelPull() {
        pullNumber += 1
        if let pulling { service.endPullForRunner(pulling) }
        pulling = nil
        stopTurn()
        pumpLater()
    }

    package func heartbeat(
        _ beats: [WorkBeat], then: @escaping (Result<[WorkLease], WorkFault>) -> Void
    ) {
        let heartbeat = Heartbeat(
            tokens: beats.map { LeaseToken(ofRunner: $0.token) },
            leaseMilliseconds: settings.leaseMilliseconds, news: LocalTransport.news(of: beats))
        perform(.heartbeat(heartbeat)) { reply in
            switch reply {
            case .heartbeats(let outcomes): then(.success(outcomes.map(WorkLease.init)))
            case .refused(let refusal): then(.failure(WorkFault(refusal)))
            default: preconditionFailure("the store answered a heartbeat with \(reply)")
            }
        }
    }

    package func report(
        _ ends: [WorkEnd], then: @escaping (Result<[WorkReceipt], WorkFault>) -> Void
    ) {
        let report = LocalReport(ends, plans: service.plans)
        guard !report.commands.isEmpty else {
            return answerLater { then(.success(report.receipts)) }
        }
        var receipts = report.receipts
        var fault: WorkFault?
        var waiting = report.commands.count
        for part in report.commands {
            perform(part.command) { reply in
                switch reply {
                case .leaseOutcomes(let outcomes):
                    for (index, outcome) in zip(part.indices, outcomes) {
                        if case .stale = outcome { receipts[index] = .stale }
                    }
                case .refused(let refusal): fault = WorkFault(refusal)
                default: preconditionFailure("the store answered an outcome with \(reply)")
                }
                waiting -= 1
                // A repeat of what was taken is answered as it was at first.
                guard waiting == 0 else { return }
                then(fault.map { .failure($0) } ?? .success(receipts))
            }
        }
    }

    package func close() {
        isClosed = true
        service.runner.onCancel = nil
        stopTurn()
        if let turn { loop.cancel(turn) }
        turn = nil
        answers = []
    }

    // MARK: Pulls

    private func pulled(
        _ number: Int, _ reply: Reply,
        _ then: @escaping (Result<[LeasedWork], WorkFault>) -> Void
    ) {
        answerLater { [unowned self] in
            guard number == pullNumber else { return giveBack(reply) }
            pulling = nil
            stopTurn()
            switch reply {
            case .leased(let jobs): then(.success(jobs.map(LeasedWork.init)))
            case .refused(let refusal): then(.failure(WorkFault(refusal)))
            default: preconditionFailure("the store answered a pull with \(reply)")
            }
        }
    }

    /// Kinds that it does not name get their turn.
    private func endLater(_ number: Int) {
        kindsTurn = loop.schedule(after: Limits.kindsTurnMilliseconds) { [unowned self] in
            kindsTurn = nil
            guard number == pullNumber, let pulling else { return }
            service.endPullForRunner(pulling)
            pumpLater()
        }
    }

    private func stopTurn() {
        if let kindsTurn { loop.cancel(kindsTurn) }
        kindsTurn = nil
    }

    /// Work that came for a question which was taken back meanwhile is for others.
    private func giveBack(_ reply: Reply) {
        guard case .leased(let jobs) = reply, !jobs.isEmpty else { return }
        service.returnUnseen(jobs.map(\.token))
    }

    // MARK: The service

    private func perform(_ command: Command, then: @escaping (Reply) -> Void) {
        service.perform(command) { [weak self] reply in
            self?.answerLater { then(reply) }
        }
        pumpLater()
    }

    private func answerLater(_ answer: @escaping () -> Void) {
        guard !isClosed else { return }
        answers.append(answer)
        pumpLater()
    }

    private func pumpLater() {
        guard !isClosed, turn == nil else { return }
        turn = loop.schedule(after: 0) { [unowned self] in
            turn = nil
            takeTurn()
        }
    }

    private func takeTurn() {
        let due = answers
        answers = []
        for answer in due where !isClosed { answer() }
        pump()
    }

    private static func news(of beats: [WorkBeat]) -> [LeaseNews] {
        beats.enumerated().compactMap { item, beat in
            guard beat.progress != nil || !beat.log.isEmpty else { return nil }
            return LeaseNews(
                item: item, progress: beat.progress.map(Progress.init), log: beat.log,
                logStart: beat.logStart)
        }
    }
}
