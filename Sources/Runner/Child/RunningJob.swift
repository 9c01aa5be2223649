internal import Core
package import EventLoop
package import Programs

/// An attempt by a program. Used on the loop thread only.
package final class RunningJob: RunningWork {
    package let work: LeasedWork
    package let kind: ProgramKind
    package private(set) var log = JobLog()
    package private(set) var channel = JobChannel()
    /// Nil while it runs.
    package private(set) var verdict: Verdict?
    package private(set) var ranMilliseconds: Int64 = 0
    private let loop: Loop
    private let startedAt: Int64
    private let killMilliseconds: Int64
    private var program: GuardedProgram?
    private var stopReason: StopReason?
    private var progressToTell: JobChannel.Progress?
    private var deadline: DeadlineID?
    private var kill: DeadlineID?
    private var onEnd: ((any RunningWork) -> Void)?

    /// What all jobs of a runner share.
    package struct Place {
        package let loop: Loop
        package let nursery: Nursery
        /// Where temporary folders are made.
        package let folder: String
        /// See `GuardOrder`.
        package let groups: String
        /// Between SIGTERM and SIGKILL.
        package let killMilliseconds: Int64
        package let inherited: (String) -> String?

        /// A place for jobs.
        package init(
            loop: Loop, nursery: Nursery, folder: String, groups: String,
            killMilliseconds: Int64,
            inherited: @escaping (String) -> String? = ProcessEnvironment.value
        ) {
            self.loop = loop
            self.nursery = nursery
            self.folder = folder
            self.groups = groups
            self.killMilliseconds = killMilliseconds
            self.inherited = inherited
        }
    }

    /// Begins the attempt. `onEnd` is called once, later, when its verdict is there.
    package init(
        _ work: LeasedWork, kind: ProgramKind, in place: Place,
        onEnd: @escaping (any RunningWork) -> Void
    ) {
        self.work = work
        self.kind = kind
        self.onEnd = onEnd
        loop = place.loop
        startedAt = place.loop.now
        killMilliseconds = place.killMilliseconds
        let limit = [work.timeoutMilliseconds, kind.settings.timeoutMilliseconds]
            .compactMap(\.self).min()
        start(in: place, limit: limit)
        guard program != nil, let limit else { return }
        deadline = loop.schedule(after: limit) { [unowned self] in
            deadline = nil
            stop(.timedOut(milliseconds: limit))
        }
    }

    /// True if the server has not been told all.
    package var hasNews: Bool { progressToTell != nil || !log.isEmpty }

    package var isBackedUp: Bool { log.isBackedUp }

    package var waitingBytes: Int { log.waitingBytes }

    /// Asks the program to end, and kills it if it does not in time. The first reason holds, but
    /// that a lost lease counts above all.
    package func stop(_ reason: StopReason) {
        guard isRunning else {
            if reason == .lost { verdict = .abandoned }
            return
        }
        guard stopReason.note(reason) else { return }
        program?.terminate()
        kill = loop.schedule(after: killMilliseconds) { [unowned self] in
            kill = nil
            program?.kill()
        }
    }

    /// Takes out what the server is to be told, as much as one call carries.
    package func takeNews(bytesMax: Int, linesMax: Int) -> WorkBeat {
        let start = log.takenBytes
        let lines = log.take(bytesMax: bytesMax, linesMax: linesMax)
        let beat = WorkBeat(
            token: work.token, progress: progressToTell, log: lines, logStart: start)
        progressToTell = nil
        if !log.isBackedUp { program?.resumeLog() }
        return beat
    }

    /// Puts back what could not be told.
    package func putBack(_ beat: WorkBeat) {
        log.putBack(beat.log)
        if progressToTell == nil { progressToTell = beat.progress }
    }

    /// What the server is told at the end.
    package var end: WorkEnd {
        guard let verdict else { preconditionFailure("job \(work.id) was reported while it ran") }
        return WorkEnd(
            token: work.token, verdict: verdict, usage: channel.usage,
            ranMilliseconds: ranMilliseconds)
    }

    /// Lets go of it without a word; its processes are killed.
    package func close() {
        cancelDeadlines()
        program?.close()
        program = nil
        onEnd = nil
    }

    private func start(in place: Place, limit: Int64?) {
        let end = Loop.wallMilliseconds + (limit ?? Limits.timeoutMillisecondsMax)
        let order = GuardOrder(
            program: kind.program, folder: place.folder, name: work.id, groups: place.groups,
            limits: kind.settings,
            environment: JobEnvironment.variables(
                of: work, kind: kind, deadline: Timestamp(milliseconds: end).description,
                inherited: place.inherited))
        do throws(UVError) {
            program = try GuardedProgram(
                loop: loop, nursery: place.nursery, order: order, payload: work.payload,
                onBytes: { [unowned self] in received($1, on: $0) },
                onEnd: { [unowned self] in ended($0) })
        } catch {
            let isTooLong = error.code == UVError.listTooLong
            if !isTooLong { log.note("this machine has no room for the program: \(error)") }
            let stage: ProgramEnd.Stage = isTooLong ? .exec : .guardItself
            // The caller is told later, as ever.
            loop.schedule(after: 0) { [weak self] in
                self?.ended(ProgramEnd(.unstarted(stage, error: -error.code)))
            }
        }
    }

    private func received(_ bytes: [UInt8], on stream: GuardedProgram.Stream) {
        switch stream {
        case .output: log.received(bytes, on: .output)
        case .errors: log.received(bytes, on: .errors)
        case .channel:
            let before = channel.progress
            for note in channel.received(bytes) { log.note(note) }
            if channel.progress != before { progressToTell = channel.progress }
        }
        if log.isBackedUp { program?.pauseLog() }
    }

    private func ended(_ end: ProgramEnd) {
        guard isRunning else { return }
        cancelDeadlines()
        program = nil
        for note in channel.finished() { log.note(note) }
        if end.isOutsideGroup {
            log.note(
                "its control group could not be made or entered: its memory and processes were"
                    + " sampled")
        }
        log.finished()
        ranMilliseconds = loop.now - startedAt
        verdict = Verdict.decide(
            end, stopped: stopReason, channel: channel, log: log, kind: kind.settings,
            text: SystemText(errorText: ChildGuard.errorText))
        let onEnd = self.onEnd
        self.onEnd = nil
        onEnd?(self)
    }

    private func cancelDeadlines() {
        for id in [deadline, kill].compactMap(\.self) { loop.cancel(id) }
        deadline = nil
        kill = nil
    }
}
