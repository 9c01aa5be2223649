import Core

/// How one attempt ended.
enum Fate: Sendable {
    case couldNotStart
    case failed
    case crashed
    case released
    case serverDied
    case undelivered

    /// A job whose attempts ended so, one after the other.
    static func run(_ fates: [Fate], terms: JobRun.Terms? = nil) -> JobRun {
        let terms = terms ?? RunRow("", [:], [:], .requeue).terms
        let now = Timestamp(milliseconds: 1_000_000)
        var (run, random) = (JobRun(), Random(seed: 1))
        for fate in fates {
            run.started()
            switch fate {
            case .couldNotStart, .failed:
                _ = run.failed(
                    at: now, terms: terms, retry: .byPolicy,
                    couldNotStart: fate == .couldNotStart, random: &random)
            case .crashed: _ = run.leaseExpired(terms: terms)
            case .released: _ = run.released(at: now, delayMilliseconds: 0, terms: terms)
            case .serverDied: _ = run.serverDied(terms: terms)
            case .undelivered: _ = run.undelivered(terms: terms)
            }
        }
        return run
    }
}
