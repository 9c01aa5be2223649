import Core
import Store

/// The built-in runner: it pulls in the process, without a key, and dies with it. What it has been
/// given is ended by the same calls as what remote workers have.
extension Simulation {
    func pullForRunner() {
        let pull = Pull(
            queues: chance(3) ? World.queues : [World.queues[roll(2)]],
            kinds: chance(3) ? [World.kinds[roll(3)]] : nil, jobsMax: 1 + roll(3),
            waits: chance(2), leaseMilliseconds: Int64(5 + roll(20)) * 1_000, worker: "runner")
        let sent = lastExchange
        server.pullForRunner(pull) { [unowned self] jobs in clients.took(jobs, after: sent) }
    }

    /// What a heartbeat says beside that its worker lives.
    func news() -> String {
        var rest = ""
        if chance(2) {
            rest += ",\"progress\":{\"percent\":\(roll(101)),\"message\":\"p\(roll(4))\"}"
        }
        if chance(2) {
            let lines = (0...roll(3)).map { "\"line \(roll(1_000)) \($0)\"" }
            rest += ",\"log\":[\(lines.joined(separator: ","))]"
            // As a worker that was not answered says once more what it said.
            if chance(2) { rest += ",\"log_start\":\(roll(40))" }
        }
        return rest
    }
}
