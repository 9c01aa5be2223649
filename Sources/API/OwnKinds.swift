package import Core

/// What the server has programs for, and whether it runs them itself.
package struct OwnKinds: Hashable, Sendable {
    /// What holds for jobs of the kinds that there are programs for.
    package var terms: [String: KindTerms] = [:]
    /// Kinds that are broken, and why.
    package var disabled: [String: String] = [:]
    /// The queues that the server's own runner takes jobs from; empty if it is off.
    package var queues: [String] = []

    /// None.
    package init() {}

    /// Why the server's own runner does not do jobs of this kind in this queue; nil if it does.
    package func absence(of kind: String, in queue: String) -> Workforce.Absence? {
        if terms[kind] == nil, disabled[kind] == nil { return .noProgram }
        if queues.isEmpty { return .runnerOff }
        if let reason = disabled[kind] { return .disabled(reason) }
        return queues.contains(queue) ? nil : .otherQueues(queues)
    }
}
