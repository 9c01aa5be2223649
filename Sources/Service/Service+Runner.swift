import API
package import Core
package import Store

/// The server's own runner, which needs no connection and no key. What it has dies with the
/// process: its leases are marked, and the next process gives them back at once.
extension Service {
    /// Asks for work. `then` gets the leases: at once, or with `pull.waits` when there is work or
    /// the pull is ended, with none. Where the store fails it gets the refusal, and the runner may
    /// ask again. Heartbeats and outcomes go by `perform`.
    package func pullForRunner(_ pull: Pull, then: @escaping (Reply) -> Void) -> EnvelopeID {
        var pull = pull
        pull.isOfRunner = true
        let id = outstanding.add(
            Pending(exchange: nil, work: .ownPull(waits: pull.waits, then: then)))
        send(id, .pull(pull))
        return id
    }

    /// A pull of the runner waits no longer. It is answered, perhaps with leases that were on their
    /// way.
    package func endPullForRunner(_ id: EnvelopeID) { endPull(id) }

    /// The plans, as the last commit told: what a program's usage can be counted as.
    package var plans: PlanCatalog { catalog }

    /// The runner asked for these and wants them no more; it has not begun any.
    package func returnUnseen(_ tokens: [LeaseToken]) { takeBack(tokens) }

    /// Who does such jobs.
    func workforce(for sought: WorkSought) -> Workforce {
        guard let absence = runner.kinds.absence(of: sought.kind, in: sought.queue) else {
            return .some
        }
        let silence = askedWork.silence(of: sought, at: realSteadyMilliseconds)
        return silence.wasAsked ? .some : .none(absence, milliseconds: silence.milliseconds)
    }
}
