import Glibc
import Synchronization

/// What the clients of a server that will be killed were told, and what they do not know.
final class KillRecord: Sendable {
    struct Submit: Sendable {
        let tenant: String
        let apiKey: String
        let path: String
        let idempotency: String
        let body: String
    }

    /// A complete, fail or release of one lease.
    struct End: Sendable {
        let verb: String
        let token: String
        let job: String
        let body: String
    }

    struct State: Sendable {
        /// Jobs whose submit was answered 2xx, each with its tenant.
        var jobs: [String: String] = [:]
        var unknownSubmits: [Submit] = []
        /// Ends that were answered 2xx.
        var ends: [End] = []
        var unknownEnds: [End] = []
        /// Jobs that a worker was given, by tenant.
        var delivered: [String: Set<String>] = [:]
        var unknownPulls = 0
        var faults: [String] = []
        fileprivate var answersLeft: Int
    }

    private let state: Mutex<State>
    private let process: pid_t

    /// The process dies with the answer number `answersMax`.
    init(process: pid_t, answersMax: Int) {
        self.process = process
        state = Mutex(State(answersLeft: answersMax))
    }

    var now: State { state.withLock { $0 } }

    /// Notes what came of a request that was answered. The last one that the server lives for is
    /// its death: at that moment other requests are on their way, in a batch, or in a commit.
    func answered(_ change: (inout State) -> Void) {
        state.withLock { state in
            change(&state)
            state.answersLeft -= 1
            if state.answersLeft == 0 { kill(process, SIGKILL) }
        }
    }

    /// The process dies at this moment, if it lives.
    func killNow() {
        state.withLock { state in
            if state.answersLeft > 0 { kill(process, SIGKILL) }
            state.answersLeft = 0
        }
    }

    func lost(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }
}
