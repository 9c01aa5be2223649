import API
import Core
import EventLoop
import Programs
import Service
import Store

/// The demo's sample jobs: one now and then, so that every outcome can be looked at. They are jobs
/// of the tenant without limits, but for one that no other can show: a job that its plan holds.
/// Used on the loop thread only.
final class Trickle {
    /// What a step does.
    enum Step: Hashable {
        case submit(Sample)
        /// Cancels the job that was submitted last.
        case cancel
    }

    /// A job to submit; what is nil is as its kind or everybody has it.
    struct Sample: Hashable {
        let kind: String
        /// JSON.
        let payload: String
        var attemptsMax: Int?
        var delayMilliseconds: Int64?
        var expiresInMilliseconds: Int64?
        var cost: Int64?
    }

    private let loop: Loop
    private let service: Service
    private let pump: () -> Void
    private var number = 0
    private var last: JobID?
    private var timer: DeadlineID?
    private var hasEnded = false

    /// The kinds that the steps are made of: without them there is no trickle.
    static let kinds: Set<String> = ["flaky", "hello", "report.csv", "slow"]
    private static let tenant = "enterprise-co"
    private static let heldTenant = "pro-co"

    /// A trickle that begins with `start`.
    init(loop: Loop, service: Service, pump: @escaping () -> Void) {
        self.loop = loop
        self.service = service
        self.pump = pump
    }

    /// Begins, if it has not begun and all its kinds are there.
    func start(_ catalog: KindCatalog) {
        guard timer == nil, !hasEnded, Trickle.kinds.isSubset(of: catalog.names) else { return }
        submit(Trickle.held, as: Trickle.heldTenant)
        schedule()
    }

    /// Ends it, and the job that it began last: nobody has to wait for a sample.
    func end() {
        if timer != nil { take(.cancel) }
        close()
    }

    /// Ends it. Closing twice does nothing.
    func close() {
        hasEnded = true
        if let timer { loop.cancel(timer) }
        timer = nil
    }

    private func schedule() {
        // Whoever starts the demo sees each outcome soon, and is not flooded afterwards.
        let isFirstRound = number < Trickle.steps.count
        let pause =
            isFirstRound ? Limits.trickleMillisecondsFirst : Limits.trickleMilliseconds
        timer = loop.schedule(after: pause) { [unowned self] in
            number += 1
            schedule()
            take(Trickle.steps[(number - 1) % Trickle.steps.count])
        }
    }

    private func take(_ step: Step) {
        switch step {
        case .submit(let sample): submit(sample, as: Trickle.tenant)
        case .cancel:
            guard let last else { return }
            service.perform(.cancelJob(last, tenant: Trickle.tenant)) { _ in }
            pump()
        }
    }

    private func submit(_ sample: Sample, as tenant: String) {
        let terms = service.runner.kinds.terms[sample.kind]
        var spec = JobSpec(kind: sample.kind, under: terms)
        spec.payload = Array(sample.payload.utf8)
        spec.tags = ["demo"]
        spec.cost = sample.cost
        spec.expiresInMilliseconds = sample.expiresInMilliseconds
        if let most = sample.attemptsMax { spec.attemptsMax = most }
        if let delay = sample.delayMilliseconds { spec.start = .after(milliseconds: delay) }
        service.perform(.enqueue(Enqueue(tenant: tenant, jobs: [spec]))) { [weak self] reply in
            guard case .enqueued(let outcomes, _) = reply, case .job(let job) = outcomes.first
            else { return }
            self?.last = job.id
        }
        pump()
    }

    /// More than its plan allows in a month, so that it waits until the plan changes.
    static let held = Sample(
        kind: "report.csv", payload: #"{"rows":[{"item":"tea","amount":101}]}"#, cost: 101)

    /// All of them, over and over.
    static let steps: [Step] = [
        .submit(Sample(kind: "hello", payload: #"{"name":"Ada"}"#)),
        .submit(
            Sample(
                kind: "report.csv",
                payload: #"{"rows":[{"item":"tea","amount":3},{"item":"milk","amount":1}]}"#)),
        // Fails twice, and then succeeds.
        .submit(Sample(kind: "flaky", payload: #"{"fail_until":3}"#)),
        .submit(Sample(kind: "slow", payload: #"{"seconds":60}"#)),
        .cancel,
        // No use in trying it again: dead at once.
        .submit(Sample(kind: "flaky", payload: #"{"exit":65}"#)),
        // Ended by a signal, each time: dead after the last attempt.
        .submit(Sample(kind: "flaky", payload: #"{"signal":11}"#, attemptsMax: 2)),
        // There is no program for it, and nobody else comes for it in time: expired.
        .submit(
            Sample(kind: "partner.sync", payload: "{}", expiresInMilliseconds: 5_000)),
        // For later: scheduled until then.
        .submit(Sample(kind: "hello", payload: #"{"name":"Grace"}"#, delayMilliseconds: 30_000)),
        .submit(Sample(kind: "slow", payload: #"{"seconds":4}"#)),
    ]
}
