import Core
package import EventLoop
import HTTPClient
import JSON
package import Programs
package import Runner

/// Work from a server over HTTP (API §4). Used on the loop thread only.
package final class RemoteTransport: WorkTransport {
    private let client: LoopClient
    private let server: RemoteServer
    private let leaseMilliseconds: Int64
    private var pulling: LoopCallID?
    /// Counts the questions, so that the answer to one that was taken back is none.
    private var pullNumber = 0
    /// False once the server has said that it knows none: it is older than this program.
    private var asksGrace = true
    /// The same of where in a log lines begin.
    private var saysLogStart = true

    private static let waitMilliseconds: Int64 = 30_000
    private static let callMilliseconds: Int64 = 20_000
    /// Heartbeats come three times in the length of a lease; one that is stuck must not cost more
    /// than its own turn.
    private var beatMilliseconds: Int64 {
        min(RemoteTransport.callMilliseconds, leaseMilliseconds / 3)
    }
    private static let answerBytesMax = 64 << 20

    /// An answer has what a job says inside a job inside a list: a payload that a server took in
    /// must not make it unreadable, for every lease in it would be lost.
    private static let levelsAround = 8

    /// Speaks with `server`; leases last `leaseMilliseconds`.
    package init(loop: Loop, server: RemoteServer, leaseMilliseconds: Int64) {
        client = LoopClient(loop: loop) { _ in true }
        self.server = server
        self.leaseMilliseconds = leaseMilliseconds
    }

    package func pull(
        _ pull: WorkPull, then: @escaping (Result<[LeasedWork], WorkFault>) -> Void
    ) {
        let waitMilliseconds =
            pull.takesTurns ? Limits.kindsTurnMilliseconds : RemoteTransport.waitMilliseconds
        let body = WorkBodies.pull(
            pull, waitMilliseconds: waitMilliseconds, leaseMilliseconds: leaseMilliseconds,
            asksGrace: asksGrace, worker: server.workerName)
        pullNumber += 1
        let number = pullNumber
        pulling = ask(
            "pull", body,
            milliseconds: waitMilliseconds + RemoteTransport.callMilliseconds
        ) { [unowned self] answer in
            guard number == pullNumber else { return }
            pulling = nil
            switch answer {
            case .refused(_, let detail) where asksGrace && detail.contains("$.grace"):
                asksGrace = false
                return self.pull(pull, then: then)
            // A newer one may take its place.
            case .away: asksGrace = true
            case .answered, .refused, .forbidden: break
            }
            then(RemoteTransport.read(answer, WorkAnswers.jobs))
        }
    }

    package func cancelPull() {
        pullNumber += 1
        if let pulling { client.cancel(pulling) }
        pulling = nil
    }

    package func heartbeat(
        _ beats: [WorkBeat], then: @escaping (Result<[WorkLease], WorkFault>) -> Void
    ) {
        let body = WorkBodies.heartbeat(
            beats, leaseMilliseconds: leaseMilliseconds, saysLogStart: saysLogStart)
        _ = ask("heartbeat", body, milliseconds: beatMilliseconds) { [unowned self] answer in
            switch answer {
            case .refused(_, let detail) where saysLogStart && detail.contains(".log_start"):
                saysLogStart = false
                return heartbeat(beats, then: then)
            case .away: saysLogStart = true
            case .answered, .refused, .forbidden: break
            }
            then(RemoteTransport.read(answer) { WorkAnswers.leases($0, count: beats.count) })
        }
    }

    package func report(
        _ ends: [WorkEnd], then: @escaping (Result<[WorkReceipt], WorkFault>) -> Void
    ) {
        let receipts = [WorkReceipt](repeating: .taken, count: ends.count)
        run(ReportCall.calls(for: ends)[...], of: ends, receipts, then)
    }

    package func close() { client.close() }

    // MARK: Reports

    /// Makes the calls one after the other. Each may be made again: the server answers a repeat as
    /// it answered the first.
    private func run(
        _ calls: ArraySlice<ReportCall>, of ends: [WorkEnd], _ receipts: [WorkReceipt],
        _ then: @escaping (Result<[WorkReceipt], WorkFault>) -> Void
    ) {
        guard let call = calls.first else { return then(.success(receipts)) }
        _ = ask(call.verb, call.body) { [unowned self] answer in
            var rest = Array(calls.dropFirst())
            var receipts = receipts
            switch answer {
            case .answered(let document):
                guard let read = WorkAnswers.receipts(document, count: call.indices.count) else {
                    return then(.failure(.away(RemoteTransport.notUnderstood)))
                }
                for (index, receipt) in zip(call.indices, read) { receipts[index] = receipt }
                if let reason = call.usageRefusal, receipts[call.indices[0]] == .taken {
                    receipts[call.indices[0]] = .takenWithoutUsage(reason)
                }
            case .away(let reason): return then(.failure(.away(reason)))
            case .forbidden(let reason): return then(.failure(.forbidden(reason)))
            case .refused(let code, let detail):
                if call.indices.count > 1 {
                    // One of them is at fault; the others are not.
                    rest = ReportCall.single(call.indices, of: ends) + rest
                } else if WorkAnswers.staleCodes.contains(code) {
                    receipts[call.indices[0]] = .stale
                } else if let plainer = call.plainer(because: detail, of: ends) {
                    rest.insert(plainer, at: 0)
                } else {
                    receipts[call.indices[0]] = .refused(detail)
                }
            }
            run(rest[...], of: ends, receipts, then)
        }
    }

    // MARK: Calls

    private enum Answer {
        case answered(JSONDocument)
        /// With the server's code and its sentence.
        case refused(code: String, detail: String)
        case forbidden(String)
        case away(String)
    }

    private static let notUnderstood = "the answer is none that a Weir server gives"

    private func ask(
        _ verb: String, _ body: [UInt8], milliseconds: Int64 = RemoteTransport.callMilliseconds,
        then: @escaping (Answer) -> Void
    ) -> LoopCallID? {
        let post = LoopPost(
            url: "\(server.url)/v1/leases/\(verb)",
            headers: [
                LoopPost.Header("Authorization", "Bearer \(server.key)"),
                LoopPost.Header("Content-Type", "application/json"),
                LoopPost.Header("User-Agent", "Weir/\(ProgramVersion.text)"),
            ], body: body,
            patience: LoopPost.Patience(
                connectMilliseconds: 5_000, totalMilliseconds: Int(milliseconds)),
            answerBytesMax: RemoteTransport.answerBytesMax)
        return client.ask(post) { outcome, body in
            then(RemoteTransport.answer(outcome, body))
        }
    }

    private static func answer(_ outcome: LoopOutcome, _ body: [UInt8]) -> Answer {
        switch outcome {
        case .failed(let reason): return .away(reason)
        case .answered(let status, _):
            let depthMax = JSONLimits.depthMax + RemoteTransport.levelsAround
            guard let document = try? JSONDocument(validating: body, depthMax: depthMax),
                document.root.kind == .object
            else { return .away("it answered \(status), and \(notUnderstood)") }
            if status == 200 { return .answered(document) }
            let detail = document.text("detail") ?? "it answered \(status)"
            let code = document.text("code") ?? ""
            switch status {
            case 401, 403: return .forbidden(detail)
            case 400, 409, 413, 415, 422:
                return .refused(code: code, detail: detail)
            default: return .away(detail)
            }
        }
    }

    /// A refused question is a fault of this program or its settings: asking again is of no use.
    private static func read<Value>(
        _ answer: Answer, _ body: (JSONDocument) -> Value?
    ) -> Result<Value, WorkFault> {
        switch answer {
        case .answered(let document):
            guard let value = body(document) else { return .failure(.away(notUnderstood)) }
            return .success(value)
        case .refused(_, let detail): return .failure(.forbidden(detail))
        case .forbidden(let detail): return .failure(.forbidden(detail))
        case .away(let reason): return .failure(.away(reason))
        }
    }
}
