import API
import Core
import HTTP
import Store

/// Long polls: whoever waits for the end of a job, or for work.
extension Service {
    func wait(
        for topic: Topic, since: UInt64, until: Int64, then: @escaping (Wake) -> Step,
        on key: ExchangeKey
    ) {
        if isDraining || until <= realSteadyMilliseconds { return run(then(.timedOut), on: key) }
        if waits.mayHaveHappened(topic, since: since) { return run(then(.happened), on: key) }
        exchanges[key]?.phase = .waiting(topic, then: then)
        waits.add(key, for: topic)
        deadlines.set(key, at: until)
    }

    func wake(_ key: ExchangeKey, _ wake: Wake) {
        guard case .waiting(_, let then) = exchanges[key]?.phase else {
            preconditionFailure("exchange \(key.rawValue) was woken and did not wait")
        }
        deadlines.remove(key)
        run(then(wake), on: key)
    }

    /// The time of a long poll is over: a parked pull ends, and the wait for a job.
    func endPoll(_ key: ExchangeKey) {
        switch exchanges[key]?.phase {
        case .asked(let id):
            endPull(id)
        case .waiting(let topic, _):
            waits.remove(key, for: topic)
            wake(key, .timedOut)
        case .opening, .confirming, nil:
            preconditionFailure("exchange \(key.rawValue) had a deadline and waited for nothing")
        }
    }

    /// Tells the store that a pull waits no longer, if it is one that can wait.
    func endPull(_ id: EnvelopeID) {
        if outstanding.beginEnd(ofPull: id) { run(.endPull(id)) }
    }

    /// Whoever waits with a key that is gone waits for nothing that it may have.
    func refuseParked(where isGone: (KeyID) -> Bool) {
        let refused = exchanges.filter { $0.value.key.map(isGone) ?? false }.map(\.key)
        for key in refused.sorted(by: { $0.rawValue < $1.rawValue }) {
            switch exchanges[key]?.phase {
            case .asked(let id) where outstanding.isParkedPull(id):
                outstanding.orphan(id)
                endPull(id)
            case .waiting(let topic, _):
                waits.remove(key, for: topic)
            case .opening, .asked, .confirming, nil:
                continue
            }
            respond(key, API.unauthenticated)
        }
    }

    func refuse(_ key: ExchangeKey, _ refusal: Refusal) {
        respond(key, Problem.refusal(refusal).response())
    }
}
