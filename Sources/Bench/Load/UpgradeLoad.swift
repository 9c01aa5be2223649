import EventLoop
import Threads

/// One worker waits while tenants that are out of quota have jobs held; one after the other gets a
/// greater plan, by the operator or by an event of the payment provider. Measures from that request
/// to the answer that starts the first held job.
final class UpgradeLoad: LoadDriver {
    /// How long each upgrade took to start a job, in milliseconds.
    private(set) var milliseconds: [Double] = []
    private let samplesMax: Int
    private let tenants: Int
    private let pull: RequestBytes
    private let upgrades: [RequestBytes]
    private let downgrades: [RequestBytes]
    private let isByEvent: Bool
    private var completions: [Int: RequestBytes] = [:]
    private var step = Step.upgrading
    private var tenant = 0
    private var upgradedAt: Int64 = 0
    private var jobsSeen = 0
    /// What this step still waits for: the worker and the operator each bring one answer.
    private var answersLeft = 0

    private enum Step {
        /// The plan is changed and the held job starts.
        case upgrading
        /// The plan is changed back and the job is completed.
        case restoring
    }

    static let connections = 2
    private static let worker = 0
    private static let `operator` = 1
    /// How long a pull is left alone, so that it is parked before the next upgrade.
    private static let pauseMilliseconds: Int64 = 8
    private static let warmUp = 10

    init(tenants: Int, seconds: Double, isByEvent: Bool) {
        self.tenants = tenants
        self.isByEvent = isByEvent
        samplesMax = UpgradeLoad.samples(seconds: seconds)
        pull = RequestBytes(
            "POST", "/v1/leases/pull", key: ServerUnderLoad.adminKey,
            body: #"{"queues":["\#(Stock.upgradeQueue)"],"wait":60,"worker":"bench"}"#)
        func change(to plan: String) -> [RequestBytes] {
            (0..<tenants).map {
                RequestBytes(
                    "PATCH", "/v1/tenants/\(Stock.upgradeTenant($0))",
                    key: ServerUnderLoad.adminKey, body: #"{"plan":"\#(plan)"}"#)
            }
        }
        upgrades = change(to: "enterprise")
        downgrades = change(to: "free")
    }

    /// How many upgrades fit into that time.
    static func samples(seconds: Double) -> Int {
        max(10, Int(seconds * 1_000) / Int(pauseMilliseconds + 2))
    }

    /// How many tenants a run of that time needs, none being upgraded until it has nothing held.
    static func tenants(seconds: Double) -> Int {
        (samples(seconds: seconds) + warmUp) / (Stock.heldPerUpgradeTenant / 2) + 10
    }

    func begin(_ load: Load) { next(load) }

    func answered(_ connection: LoadConnection, of load: Load) {
        if step == .upgrading, connection.index == UpgradeLoad.worker {
            let now = MonotonicClock.nowNanoseconds
            guard upgradedAt > 0 else { return load.fail("a held job started before the upgrade") }
            jobsSeen += 1
            if jobsSeen > UpgradeLoad.warmUp {
                milliseconds.append(Double(now - upgradedAt) / 1e6)
            }
        }
        answersLeft -= 1
        guard answersLeft == 0 else { return }
        switch step {
        case .upgrading: restore(load)
        case .restoring: next(load)
        }
    }

    private func next(_ load: Load) {
        guard milliseconds.count < samplesMax else { return load.end() }
        step = .upgrading
        upgradedAt = 0
        answersLeft = 2
        load.connections[UpgradeLoad.worker].send(pull)
        load.loop.updateNow()
        load.loop.schedule(after: UpgradeLoad.pauseMilliseconds) { [unowned self] in
            guard !load.isOver else { return }
            let upgrade = isByEvent ? event("active", number: 0) : upgrades[tenant].bytes
            upgradedAt = MonotonicClock.nowNanoseconds
            load.connections[UpgradeLoad.operator].send(upgrade)
        }
    }

    /// What is not paid yet gives no plan, and may be paid again.
    private func event(_ status: String, number: Int) -> [UInt8] {
        SignedEvent(
            tenant: Stock.upgradeTenant(tenant), number: jobsSeen * 2 + number, status: status
        ).request()
    }

    private func restore(_ load: Load) {
        let tokens = ByteSearch.texts(
            after: Array(#""lease":{"token":""#.utf8),
            in: load.connections[UpgradeLoad.worker].body)
        guard tokens.count == 1 else { return load.fail("an upgrade started no held job") }
        step = .restoring
        answersLeft = 2
        load.connections[UpgradeLoad.operator].send(
            isByEvent ? event("incomplete", number: 1) : downgrades[tenant].bytes)
        load.connections[UpgradeLoad.worker].send(PullLoad.completion(of: tokens, &completions))
        tenant = (tenant + 1) % tenants
    }
}
