import Core
import Threads

/// Every connection asks what some other tenant may, in turn by limit and by feature, as fast as it
/// is answered.
final class CheckLoad: LoadDriver {
    /// How long each question took, in milliseconds.
    private(set) var milliseconds: [Double] = []
    private let samplesMax: Int
    private let tenants: Int
    private var questions: [RequestBytes]
    private var sentAt: [Int64]
    private var random = Random(seed: 5)
    private var answersSeen = 0

    static let connections = 8
    private static let samplesPerSecond = 2_000.0
    /// Samples of the warm-up are thrown away.
    private static let warmUp = 200

    init(tenants: Int, seconds: Double) {
        self.tenants = tenants
        samplesMax = max(100, Int(seconds * CheckLoad.samplesPerSecond))
        sentAt = Array(repeating: 0, count: CheckLoad.connections)
        questions = [
            ("usage-limits", #"{"metric":"jobs","amount":1}"#),
            ("feature-access", #"{"feature":"reports"}"#),
        ].map { path, body in
            RequestBytes(
                "POST", "/v1/billing/check-\(path)", key: ServerUnderLoad.adminKey,
                tenant: RequestBytes.gap(Stock.tenant(0).utf8.count), body: body)
        }
    }

    func begin(_ load: Load) {
        for connection in load.connections { sendNext(connection) }
    }

    func answered(_ connection: LoadConnection, of load: Load) {
        let now = MonotonicClock.nowNanoseconds
        answersSeen += 1
        if answersSeen > CheckLoad.warmUp {
            milliseconds.append(Double(now - sentAt[connection.index]) / 1e6)
        }
        guard milliseconds.count < samplesMax else { return load.end() }
        sendNext(connection)
    }

    private func sendNext(_ connection: LoadConnection) {
        let tenant = Stock.tenant(Int(random.next() % UInt64(tenants)))
        let question = Int(random.next() % UInt64(questions.count))
        questions[question].fill(0, with: tenant.utf8)
        sentAt[connection.index] = MonotonicClock.nowNanoseconds
        connection.send(questions[question])
    }
}
