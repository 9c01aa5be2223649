import Core
import Testing

/// One line of a table: what the job had, what it has after the event, and what comes next.
struct RunRow: Sendable, CustomTestStringConvertible {
    /// The counts of a run.
    enum Count: Hashable {
        case attempts
        case crashes
        case serverDeaths
        case releases
    }

    let testDescription: String
    let before: JobRun
    let isCanceled: Bool
    let after: JobRun
    let action: JobRun.Action

    /// What is not named in `before` is 0, and what is not named in `after` stays.
    init(
        _ name: String, _ before: [Count: Int], canceled: Bool = false, _ after: [Count: Int],
        _ action: JobRun.Action
    ) {
        testDescription = name
        let run = RunRow.setting(before, in: JobRun())
        self.before = run
        isCanceled = canceled
        self.after = RunRow.setting(after, in: run)
        self.action = action
    }

    private static func setting(_ counts: [Count: Int], in run: JobRun) -> JobRun {
        var run = run
        for (name, count) in counts {
            switch name {
            case .attempts: run.attempts = count
            case .crashes: run.crashes = count
            case .serverDeaths: run.serverDeaths = count
            case .releases: run.releases = count
            }
        }
        return run
    }

    /// Three attempts, and a second of waiting between them.
    var terms: JobRun.Terms {
        JobRun.Terms(
            attemptsMax: 3,
            backoff: Backoff(
                growth: .exponential, baseMilliseconds: 1_000, maxMilliseconds: 60_000,
                jitterPermille: 0),
            cancelRequested: isCanceled)
    }
}

@Suite struct `A job from attempt to attempt` {
    private static let now = Timestamp(milliseconds: 1_000_000)
    private static let canceled = JobRun.Action.end(.canceled, reason: nil)
    private static let dead = JobRun.Action.end(.dead, reason: nil)

    private static func later(_ milliseconds: Int64) -> JobRun.Action {
        .schedule(at: now.adding(milliseconds))
    }

    @Test func `a start counts an attempt and nothing else`() {
        var run = JobRun()
        run.started()
        var wanted = JobRun()
        wanted.attempts = 1
        #expect(run == wanted)
    }

    @Test(arguments: [
        RunRow("the first of three", [.attempts: 1], [:], later(1_000)),
        RunRow("the second of three", [.attempts: 2], [:], later(2_000)),
        RunRow("the last of three", [.attempts: 3], [:], dead),
        RunRow("one beyond, the limit was lowered", [.attempts: 4], [:], dead),
        RunRow("canceled, attempts left", [.attempts: 1], canceled: true, [:], canceled),
        RunRow("canceled, none left", [.attempts: 3], canceled: true, [:], canceled),
    ])
    func `a failure is retried by the policy until attempts run out`(row: RunRow) {
        var (run, random) = (row.before, Random(seed: 1))
        let action = run.failed(at: Self.now, terms: row.terms, retry: .byPolicy, random: &random)
        #expect(action == row.action)
        #expect(run == row.after)
    }

    @Test(arguments: [
        RunRow("attempts left", [.attempts: 2], [:], later(7_000)),
        RunRow("the last", [.attempts: 3], [:], dead),
        RunRow("canceled, attempts left", [.attempts: 2], canceled: true, [:], canceled),
        RunRow("canceled, none left", [.attempts: 3], canceled: true, [:], canceled),
    ])
    func `a failure is retried when the worker says`(row: RunRow) {
        var (run, random) = (row.before, Random(seed: 1))
        let action = run.failed(
            at: Self.now, terms: row.terms, retry: .after(milliseconds: 7_000), random: &random)
        #expect(action == row.action)
        #expect(run == row.after)
    }

    @Test(arguments: [
        RunRow("attempts left", [.attempts: 1], [:], dead),
        RunRow("the last", [.attempts: 3], [:], dead),
        RunRow("canceled", [.attempts: 1], canceled: true, [:], canceled),
    ])
    func `a failure that must not be retried ends the job`(row: RunRow) {
        var (run, random) = (row.before, Random(seed: 1))
        let action = run.failed(at: Self.now, terms: row.terms, retry: .never, random: &random)
        #expect(action == row.action)
        #expect(run == row.after)
    }

    @Test(arguments: [
        RunRow("attempts left", [.attempts: 1], [.crashes: 1], .requeue),
        RunRow(
            "the last attempt", [.attempts: 3], [.crashes: 1],
            .end(.dead, reason: .leaseExpired)),
        RunRow("the fourth crash", [.attempts: 1, .crashes: 3], [.crashes: 4], .requeue),
        RunRow(
            "the fifth crash", [.attempts: 1, .crashes: 4], [.crashes: 5],
            .end(.dead, reason: .crashLoop)),
        RunRow(
            "the fifth crash with the last attempt", [.attempts: 3, .crashes: 4],
            [.crashes: 5], .end(.dead, reason: .crashLoop)),
        RunRow("canceled", [.attempts: 1], canceled: true, [.crashes: 1], canceled),
        RunRow(
            "canceled at the fifth crash", [.attempts: 3, .crashes: 4], canceled: true,
            [.crashes: 5], canceled),
    ])
    func `a lease that ends in silence is a crash`(row: RunRow) {
        var run = row.before
        #expect(run.leaseExpired(terms: row.terms) == row.action)
        #expect(run == row.after)
    }

    @Test(arguments: [
        RunRow("attempts left", [.attempts: 1], [.attempts: 0, .serverDeaths: 1], .requeue),
        RunRow("the last attempt", [.attempts: 3], [.attempts: 2, .serverDeaths: 1], .requeue),
        RunRow(
            "with four crashes", [.attempts: 2, .crashes: 4],
            [.attempts: 1, .serverDeaths: 1], .requeue),
        RunRow(
            "the 99th death", [.attempts: 1, .serverDeaths: 98],
            [.attempts: 0, .serverDeaths: 99], .requeue),
        RunRow(
            "the 100th death", [.attempts: 1, .serverDeaths: 99],
            [.attempts: 0, .serverDeaths: 100], .end(.dead, reason: .serverDeaths)),
        RunRow(
            "canceled", [.attempts: 1], canceled: true,
            [.attempts: 0, .serverDeaths: 1], canceled),
        RunRow(
            "canceled at the 100th death", [.attempts: 1, .serverDeaths: 99], canceled: true,
            [.attempts: 0, .serverDeaths: 100], canceled),
    ])
    func `the death of the server uses no attempt and is no crash`(row: RunRow) {
        var run = row.before
        #expect(run.serverDied(terms: row.terms) == row.action)
        #expect(run == row.after)
    }

    @Test(arguments: [
        (1, false, JobRun.Action.schedule(at: Timestamp(milliseconds: 1_007))),
        (3, false, .end(.dead, reason: nil)), (1, true, .end(.canceled, reason: nil)),
    ])
    func `an attempt that ran too long has failed and is no crash`(
        attempts: Int, canceled: Bool, action: JobRun.Action
    ) {
        var run = JobRun()
        run.attempts = attempts
        var random = Random(seed: 1)
        let backoff = Backoff(
            growth: .fixed, baseMilliseconds: 7, maxMilliseconds: 7, jitterPermille: 0)
        let terms = JobRun.Terms(attemptsMax: 3, backoff: backoff, cancelRequested: canceled)
        let now = Timestamp(milliseconds: 1_000)
        #expect(run.timedOut(at: now, terms: terms, random: &random) == action)
        #expect(run.attempts == attempts && run.crashes == 0 && run.startFailures == 0)
    }

    @Test(arguments: [
        RunRow("the first", [.attempts: 1], [.attempts: 0, .releases: 1], .requeue),
        RunRow(
            "of the last attempt", [.attempts: 3], [.attempts: 2, .releases: 1], .requeue),
        RunRow(
            "the 100th", [.attempts: 1, .releases: 99], [.attempts: 0, .releases: 100],
            .requeue),
        RunRow(
            "the 101st uses its attempt", [.attempts: 1, .releases: 100], [.releases: 101], .requeue
        ),
        RunRow(
            "the 101st of the last attempt", [.attempts: 3, .releases: 100],
            [.releases: 101], .end(.dead, reason: .releasedTooOften)),
        RunRow(
            "canceled", [.attempts: 1], canceled: true, [.attempts: 0, .releases: 1], canceled),
        RunRow(
            "canceled, the 101st of the last attempt", [.attempts: 3, .releases: 100],
            canceled: true, [.releases: 101], canceled),
    ])
    func `a hundred releases are free and then each uses its attempt`(row: RunRow) {
        var run = row.before
        let action = run.released(at: Self.now, delayMilliseconds: 0, terms: row.terms)
        #expect(action == row.action)
        #expect(run == row.after)
    }

    @Test func `a release with a delay waits for it`() {
        let row = RunRow("", [.attempts: 1], [.attempts: 0, .releases: 1], Self.later(5_000))
        var run = row.before
        let action = run.released(at: Self.now, delayMilliseconds: 5_000, terms: row.terms)
        #expect(action == row.action)
        #expect(run == row.after)
    }

    @Test(arguments: [
        RunRow("attempts left", [.attempts: 1], [.attempts: 0], .requeue),
        RunRow("the last attempt", [.attempts: 3, .crashes: 4], [.attempts: 2], .requeue),
        RunRow("canceled", [.attempts: 1], canceled: true, [.attempts: 0], canceled),
    ])
    func `an answer that never arrived undoes the attempt`(row: RunRow) {
        var run = row.before
        #expect(run.undelivered(terms: row.terms) == row.action)
        #expect(run == row.after)
    }

    @Test(
        arguments: [
            ("never started", [], false),
            ("one that could not start", [.couldNotStart], true),
            ("three that could not start", [.couldNotStart, .couldNotStart, .couldNotStart], true),
            ("one that failed", [.failed], false),
            ("the last one failed", [.couldNotStart, .failed], false),
            ("the first one failed", [.failed, .couldNotStart], false),
            ("one crashed", [.crashed, .couldNotStart], false),
            ("the last one crashed", [.couldNotStart, .crashed], false),
            ("one was given back", [.released, .couldNotStart], false),
            ("the last one was given back", [.couldNotStart, .released], false),
            ("the server died under one", [.serverDied, .couldNotStart], false),
            ("the server died under the last", [.couldNotStart, .serverDied], false),
            ("one never reached its worker", [.undelivered, .couldNotStart], true),
            ("none reached its worker", [.undelivered], false),
        ] as [(String, [Fate], Bool)])
    func `a job is paid back if none of its attempts could start`(
        name: String, fates: [Fate], isRefundable: Bool
    ) {
        #expect(Fate.run(fates).isRefundable == isRefundable, "\(name)")
    }

    @Test func `a canceled job that never could start is paid back too`() {
        let terms = RunRow("", [:], canceled: true, [:], .requeue).terms
        #expect(Fate.run([.couldNotStart], terms: terms).isRefundable)
        #expect(!Fate.run([.failed], terms: terms).isRefundable)
    }

    @Test func `a start that failed is counted beside its attempt`() {
        let run = Fate.run([.couldNotStart, .failed, .couldNotStart])
        #expect(run.startFailures == 2)
        #expect(run.attempts == 3)
    }

    @Test func `states and ends have the names of the documentation`() {
        let names = ["scheduled", "ready", "running", "succeeded", "dead", "canceled", "expired"]
        #expect(JobState.allCases.map(\.name) == names)
        #expect(names.map { JobState(name: $0) } == JobState.allCases)
        #expect(JobState(name: "queued") == nil)
        #expect(JobEnd.allCases.map(\.state) == [.succeeded, .dead, .canceled, .expired])
    }
}
