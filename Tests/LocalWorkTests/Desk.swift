import API
import Core
import EventLoop
import LocalWork
import Programs
import Runner
import Service
import Store
import Testing

/// A transport over a service whose store the test plays.
final class Desk {
    let loop: Loop
    let service: Service
    let transport: LocalTransport
    /// What the store was asked and has not answered, in order.
    private(set) var commands: [Envelope] = []
    /// How often the service was asked what it wants.
    private(set) var pumps = 0
    private var commit: UInt64 = 0

    /// 2026-11-16T12:00:00Z.
    static let noon = Timestamp(milliseconds: 1_794_830_400_000)

    private init(_ loop: Loop, plans: PlanCatalog) {
        self.loop = loop
        service = Service(
            settings: Settings { [UInt8](repeating: 7, count: $0) }, fixedKeys: [],
            opening: StoreOpening(
                day: Day(containing: Desk.noon), catalog: plans, enforcement: .full, keys: []),
            at: Moment(wall: Desk.noon, steadyMilliseconds: 1_000))
        var pump: () -> Void = {}
        transport = LocalTransport(
            loop: loop, service: service,
            settings: LocalTransport.Settings(workerName: "own", leaseMilliseconds: 30_000)
        ) { pump() }
        pump = { [unowned self] in self.pump() }
    }

    static func use(
        plans: PlanCatalog = .standard, _ body: (Desk) throws -> Void
    ) throws {
        let loop = try Loop()
        let desk = Desk(loop, plans: plans)
        do { try body(desk) } catch { Issue.record(error) }
        desk.transport.close()
        #expect(loop.openHandles() == [])
        #expect(loop.close() == 0)
    }

    func pump() {
        pumps += 1
        for action in service.takeActions() {
            if case .command(let envelope) = action { commands.append(envelope) }
        }
    }

    /// Turns the loop until all that was asked has come to the store, and all answers to whoever
    /// asked. A turn that answers may ask, and what it asks for takes another.
    func turn() {
        for _ in 0..<4 {
            loop.schedule(after: 1) {}
            loop.runOnce()
        }
    }

    /// Commits these replies to the oldest commands.
    func reply(_ replies: Reply..., canceled: [LeaseToken] = []) {
        commit += 1
        var outcome = BatchOutcome(commit: commit, day: Day(containing: Desk.noon))
        outcome.answers = zip(commands, replies).map { Answer(id: $0.id, reply: $1, quota: nil) }
        outcome.canceledLeases = canceled
        commands.removeFirst(replies.count)
        service.committed(outcome)
        turn()
    }

    /// The store takes nothing.
    func refuseAll() {
        let ids = commands.map(\.id)
        commands = []
        service.refused(ids, .storageUnavailable)
        turn()
    }

    static func token(_ number: Int64) -> LeaseToken {
        LeaseToken(attempt: AttemptID(rawValue: number), secret: 5)
    }

    static func leased(_ number: Int64, kind: String = "hello") -> LeasedJob {
        var spec = JobSpec(kind: kind)
        spec.payload = Array(#"{"n":1}"#.utf8)
        var view = JobView(
            body: JobBody(id: JobID(rawValue: number), spec: spec, cost: 1, at: noon),
            tenant: "acme", kind: kind, queue: "default", state: .running)
        view.attempt = 2
        return LeasedJob(job: view, token: token(number), expiresAt: noon, plan: "pro")
    }
}
