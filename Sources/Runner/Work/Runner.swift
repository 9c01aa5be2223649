internal import Core
package import EventLoop
internal import Programs

/// Has a workshop do the work that a transport brings. Used on the loop
/// thread only.
package final class Runner {
    /// Figures for a status line.
    package struct Counts: Hashable, Sendable {
        package var running = 0
        package var succeeded = 0
        package var failed = 0
        /// Given back, or lost to others.
        package var others = 0
    }

    private let loop: Loop
    private let settings: RunnerSettings
    private let transport: any WorkTransport
    private let shop: any Workshop
    private let onEvent: (RunnerEvent) -> Void
    private var book: WorkBook
    private var finished = Counts()
    /// Those that run, and those that have ended and of which the log is not delivered yet.
    private var jobs: [String: any RunningWork] = [:]
    /// Ends that the server has to be told of.
    private var outbox: [Letter] = []
    /// The leases in the call that is under way.
    private var beating: Set<String> = []
    private var pulling: WorkPull?
    private var isBeating = false
    private var isReporting = false
    private var lastBeatAt: Int64 = 0
    private var tick: DeadlineID?
    private var pullPause: RetryPause
    private var reportPause: RetryPause
    private var pauses: Set<DeadlineID> = []
    private var mayPull = true
    private var mayReport = true
    private var isAway = false
    /// Which leases a heartbeat begins with, where it has no room for all.
    private var beatTurn = 0
    private var isDraining = false
    private var onDrained: ((_ undeliveredCount: Int) -> Void)?
    private var isClosed = false

    private struct Letter {
        let work: LeasedWork
        let end: WorkEnd
    }

    private static let staleReason = "the lease was lost before its end could be told"
    private static let tickMilliseconds: Int64 = 500
    private static let reportsPerCallMax = 200
    /// After the last program has been killed, the server gets so long to be told of it.
    private static let lastWordMilliseconds: Int64 = 5_000

    /// A runner of the programs in a folder, that begins with `start`. With a `nursery` it uses
    /// that one, and closes it.
    package convenience init(
        loop: Loop, settings: RunnerSettings, transport: any WorkTransport,
        program: String = ProcessEnvironment.programPath, nursery: Nursery? = nil,
        onEvent: @escaping (RunnerEvent) -> Void
    ) {
        self.init(
            loop: loop, settings: settings, transport: transport,
            shop: ProgramShop(
                loop: loop, settings: settings,
                nursery: nursery ?? Nursery(loop: loop, program: program)),
            onEvent: onEvent)
    }

    /// A runner that has `shop` do its work, and begins with `start`. It closes `shop` at its end.
    package init(
        loop: Loop, settings: RunnerSettings, transport: any WorkTransport, shop: any Workshop,
        onEvent: @escaping (RunnerEvent) -> Void
    ) {
        self.loop = loop
        self.shop = shop
        self.settings = settings
        self.transport = transport
        self.onEvent = onEvent
        book = WorkBook(slots: settings.slots, queues: settings.queues)
        pullPause = RetryPause(first: 500, most: 30_000, seed: settings.seed)
        reportPause = RetryPause(first: 250, most: 5_000, seed: settings.seed &+ 1)
    }

    /// Finds out which kinds there are and begins to pull.
    package func start() {
        lastBeatAt = loop.now
        scheduleTick()
        shop.start { [unowned self] catalog, complaint in
            book.catalog = catalog
            onEvent(.kindsChanged(catalog, complaint: complaint))
            pullIfRoom()
        }
    }

    package var counts: Counts {
        var counts = finished
        counts.running = book.runningCount
        return counts
    }

    /// How many jobs have not ended, or ended and the server does not know it.
    package var unreportedCount: Int { jobs.count + outbox.count }

    /// The job under this lease is to end: the server says so before a heartbeat asks.
    package func cancel(_ token: String) {
        guard let job = jobs[token], job.isRunning else { return }
        job.stop(.canceled)
    }

    /// Begins no more work, gives what runs its time, then ends it and gives it back. Tells how
    /// many ends the server could not be told of.
    package func drain(then: @escaping (_ undeliveredCount: Int) -> Void) {
        guard !isDraining, !isClosed else { return }
        isDraining = true
        onDrained = then
        if pulling != nil { transport.cancelPull() }
        pulling = nil
        pause(settings.drainMilliseconds) { [unowned self] in
            for job in jobs.values where job.isRunning { job.stop(.draining) }
        }
        let most =
            settings.drainMilliseconds + settings.killMilliseconds + Runner.lastWordMilliseconds
        pause(most) { [unowned self] in finishDrain() }
        loop.schedule(after: 0) { [weak self] in self?.finishDrainIfEmpty() }
    }

    /// Ends at once: programs are killed, nobody is told. Closing twice does nothing.
    package func close() {
        guard !isClosed else { return }
        isClosed = true
        transport.close()
        for job in jobs.values { job.close() }
        jobs = [:]
        outbox = []
        shop.close()
        for id in pauses { loop.cancel(id) }
        pauses = []
        if let tick { loop.cancel(tick) }
        tick = nil
        onDrained = nil
    }

    // MARK: Pulling

    private func pullIfRoom() {
        guard !isClosed, !isDraining, mayPull else { return }
        let wanted = isBehind ? nil : book.wanted()
        if let pulling {
            guard book.isOutdated(pulling, by: wanted) else { return }
            transport.cancelPull()
            self.pulling = nil
        }
        guard let wanted else { return }
        pulling = wanted
        book.asked(wanted)
        transport.pull(wanted) { [unowned self] in pulled($0) }
    }

    /// What the server has not been told of bounds what is begun: ends, and what was logged.
    private var isBehind: Bool {
        let endedCount = outbox.count + jobs.count - book.runningCount
        if endedCount > 2 * settings.slots { return true }
        return jobs.values.reduce(0) { $0 + $1.waitingBytes } > Limits.runnerBacklogBytesMax
    }

    private func pulled(_ answer: Result<[LeasedWork], WorkFault>) {
        pulling = nil
        switch answer {
        case .success(let works):
            pullPause.reset()
            heard()
            for work in works { begin(work) }
            pullIfRoom()
        case .failure(let fault):
            guard !failed(fault) else { return }
            mayPull = false
            pause(pullPause.take()) { [unowned self] in
                mayPull = true
                pullIfRoom()
            }
        }
    }

    private func begin(_ work: LeasedWork) {
        guard let kind = book.catalog.kinds[work.kind] else {
            // Its kind has gone while the question was on its way.
            let end = WorkEnd(token: work.token, verdict: .released(delayMilliseconds: 0))
            outbox.append(Letter(work: work, end: end))
            return report()
        }
        book.began(work.kind)
        jobs[work.token] = shop.begin(work, kind: kind) { [unowned self] in ended($0) }
        onEvent(.started(work))
    }

    // MARK: Ends

    private func ended(_ job: any RunningWork) {
        book.ended(job.work.kind)
        guard let verdict = job.verdict else { return }
        count(verdict)
        onEvent(.ended(job.work, verdict, milliseconds: job.ranMilliseconds))
        // The log first: once the end is told, the lease takes no more.
        if verdict != .abandoned, job.hasNews {
            beat()
        } else {
            sendIfDelivered(job)
        }
        pullIfRoom()
    }

    private func count(_ verdict: Verdict, by step: Int = 1) {
        switch verdict {
        case .succeeded: finished.succeeded += step
        case .failed, .unstarted: finished.failed += step
        case .released, .abandoned: finished.others += step
        }
    }

    /// The server did not take what an attempt came to, which was told of already.
    private func refused(_ work: LeasedWork, _ verdict: Verdict, _ reason: String) {
        count(verdict, by: -1)
        count(.abandoned)
        onEvent(.refused(work, reason))
    }

    /// Tells the end of a job, unless its log is still on its way.
    private func sendIfDelivered(_ job: any RunningWork) {
        let token = job.work.token
        guard !job.isRunning, jobs[token] === job else { return }
        if job.verdict == .abandoned {
            jobs[token] = nil
        } else if !job.hasNews, !beating.contains(token) {
            jobs[token] = nil
            outbox.append(Letter(work: job.work, end: job.end))
            report()
        }
        finishDrainIfEmpty()
    }

    private func report() {
        guard !isReporting, mayReport, !isClosed, !outbox.isEmpty else { return }
        isReporting = true
        let sent = Array(outbox.prefix(Runner.reportsPerCallMax))
        transport.report(sent.map(\.end)) { [unowned self] answer in
            isReporting = false
            reported(sent, answer)
        }
    }

    private func reported(_ sent: [Letter], _ answer: Result<[WorkReceipt], WorkFault>) {
        switch answer {
        case .success(let receipts):
            precondition(receipts.count == sent.count, "not all ends were answered")
            reportPause.reset()
            heard()
            outbox.removeFirst(sent.count)
            for (letter, receipt) in zip(sent, receipts) {
                switch receipt {
                case .taken: break
                case .takenWithoutUsage(let reason):
                    onEvent(.usageRefused(letter.work, reason))
                case .stale: refused(letter.work, letter.end.verdict, Runner.staleReason)
                case .refused(let reason): refused(letter.work, letter.end.verdict, reason)
                }
            }
            report()
            pullIfRoom()
            finishDrainIfEmpty()
        case .failure(let fault):
            guard !failed(fault) else { return }
            mayReport = false
            pause(reportPause.take()) { [unowned self] in
                mayReport = true
                report()
            }
        }
    }

    // MARK: Signs of life

    private func scheduleTick() {
        tick = loop.schedule(after: Runner.tickMilliseconds) { [unowned self] in
            tick = nil
            scheduleTick()
            shop.lookAfter()
            let period =
                settings.leaseMilliseconds / 3 / BeatSheet.callCount(leases: unreportedCount)
            let isDue = loop.now - lastBeatAt >= period
            if isDue || jobs.values.contains(where: { $0.hasNews }) { beat() }
        }
    }

    /// One call for all. Leases of ends that wait to be told of are kept too.
    private func beat() {
        guard !isBeating, !isClosed, !jobs.isEmpty || !outbox.isEmpty else { return }
        isBeating = true
        lastBeatAt = loop.now
        let sheet = BeatSheet(
            Array(jobs.values), ends: outbox.map(\.end.token), turn: &beatTurn)
        let told = sheet.told
        beating = Set(told.map(\.beat.token))
        transport.heartbeat(told.map(\.beat)) { [unowned self] answer in
            isBeating = false
            beating = []
            beaten(told, answer)
        }
    }

    private func beaten(
        _ told: [(job: (any RunningWork)?, beat: WorkBeat)],
        _ answer: Result<[WorkLease], WorkFault>
    ) {
        switch answer {
        case .success(let leases):
            precondition(leases.count == told.count, "not all leases were answered")
            heard()
            for ((job, _), lease) in zip(told, leases) {
                switch lease {
                case .extended: break
                case .cancel: if job?.isRunning == true { job?.stop(.canceled) }
                case .lost: if let job { lost(job) }
                }
            }
        case .failure(let fault):
            for (job, beat) in told { job?.putBack(beat) }
            if failed(fault) { return }
        }
        for (job, _) in told { if let job { sendIfDelivered(job) } }
        pullIfRoom()
        // What came meanwhile, or had no room; after a failure the next tick tries again.
        let isUrgent = jobs.values.contains { job in
            job.isBackedUp || !job.isRunning && job.hasNews
        }
        if case .success = answer, isUrgent { beat() }
    }

    /// An attempt that ended meanwhile was told of as what it came to.
    private func lost(_ job: any RunningWork) {
        let verdict = job.verdict
        job.stop(.lost)
        if let verdict, verdict != .abandoned { refused(job.work, verdict, Runner.staleReason) }
    }

    // MARK: The server

    /// True if there is no use in going on.
    private func failed(_ fault: WorkFault) -> Bool {
        switch fault {
        case .away(let reason):
            if !isAway { onEvent(.away(reason)) }
            isAway = true
            return false
        case .forbidden(let reason):
            onEvent(.forbidden(reason))
            return true
        }
    }

    private func heard() {
        if isAway { onEvent(.back) }
        isAway = false
    }

    private func pause(_ milliseconds: Int64, _ action: @escaping () -> Void) {
        var id: DeadlineID?
        id = loop.schedule(after: milliseconds) { [unowned self] in
            if let id { pauses.remove(id) }
            action()
        }
        if let id { pauses.insert(id) }
    }

    private func finishDrainIfEmpty() {
        if jobs.isEmpty, outbox.isEmpty { finishDrain() }
    }

    private func finishDrain() {
        guard let onDrained else { return }
        self.onDrained = nil
        onDrained(unreportedCount)
    }
}
