package import Core

/// What jobs a worker is looked for.
package struct WorkSought: Hashable, Sendable {
    package let kind: String
    package let queue: String
    package let tenant: String

    /// Jobs of `kind` in `queue`, of this tenant.
    package init(kind: String, queue: String, tenant: String) {
        self.kind = kind
        self.queue = queue
        self.tenant = tenant
    }
}

/// Who does jobs of some kind in some queue.
package enum Workforce: Hashable, Sendable {
    /// The server's own runner, or a worker that has asked for them lately.
    case some
    /// Nobody has asked for them for so long, or since the server started if that is shorter.
    case none(Absence, milliseconds: Int64)

    /// Why the server does not do them itself.
    package enum Absence: Hashable, Sendable {
        /// It has no program for this kind.
        case noProgram
        /// It has one that is broken, for this reason.
        case disabled(String)
        /// It has one and runs none.
        case runnerOff
        /// It has one, and takes jobs from these queues only.
        case otherQueues([String])
    }
}

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
