import API
import Core
import Programs

extension OwnKinds {
    /// The kinds of a folder of jobs; `isRunning` tells whether this server does their jobs.
    init(_ catalog: KindCatalog, isRunning: Bool) {
        self.init()
        terms = catalog.kinds.mapValues(\.settings.terms)
        disabled = Dictionary(
            catalog.disabled.map { ($0.name, $0.reason) }, uniquingKeysWith: { first, _ in first })
        if isRunning { queues = catalog.queues.isEmpty ? ["default"] : catalog.queues }
    }
}

extension JobSettings {
    /// What they say of jobs that are submitted.
    fileprivate var terms: KindTerms {
        KindTerms(
            queue: queue, timeoutMilliseconds: timeoutMilliseconds, attemptsMax: attemptsMax,
            backoff: backoff)
    }
}
