import Core
import Store

/// Draws the commands of a walk. Everything is small, so that limits are met all the time.
struct WalkGenerator {
    /// Limits of 2, 5 and none.
    static let catalog = PlanCatalog([
        Plan(
            id: "free", name: "Free", rank: 0, jobLimit: .units(2), weight: 1, heldMax: 4,
            waitingMax: 20),
        Plan(
            id: "pro", name: "Pro", rank: 1, jobLimit: .units(5), weight: 2, heldMax: 6,
            waitingMax: 20),
        Plan(
            id: "vast", name: "Vast", rank: 2, jobLimit: .unlimited, weight: 4, heldMax: nil,
            waitingMax: 15),
    ])
    /// The first of them are there from the beginning.
    static let tenants = ["ant", "bee", "cow", "dog", "eel", "fox"]
    private static let plans = ["free", "pro", "vast"]
    private static let queues = ["default", "mail"]
    private static let kinds = ["a", "b", "c"]

    private(set) var random: Random
    /// Jobs and keys that answers named.
    var jobs: [JobID] = []
    var keys: [KeyID] = []
    /// Pulls that were not answered yet.
    var parked: [EnvelopeID] = []
    var tokenCount = 0

    init(seed: UInt64) { random = Random(seed: seed) }

    // MARK: Draws

    /// True once in `count` times.
    mutating func once(in count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &random)
    }

    mutating func milliseconds(_ range: ClosedRange<Int64>) -> Int64 {
        Int64.random(in: range, using: &random)
    }

    private mutating func one<Element>(of items: [Element]) -> Element {
        items[number(0...(items.count - 1))]
    }

    /// Some of the items, at least one, in any order.
    private mutating func some<Element>(of items: [Element]) -> [Element] {
        Array(items.shuffled(using: &random).prefix(number(1...items.count)))
    }

    mutating func tenant() -> String { one(of: Self.tenants) }

    // MARK: Commands

    /// The commands of one batch.
    mutating func batch() -> [WalkCommand] { (0..<number(0...6)).map { _ in command() } }

    private mutating func command() -> WalkCommand {
        switch number(0...99) {
        case 0..<25: submit()
        case 25..<50: .plain(.pull(pull()), nil)
        case 50..<72: lease()
        case 72..<79: .plain(.cancelJob(job(), tenant: once(in: 3) ? tenant() : nil), nil)
        case 79..<83: endPull()
        case 83..<92: tenantCommand()
        case 92..<94: once(in: 3) ? .delete(tenant(), force: once(in: 2)) : .plain(read(), nil)
        case 94..<97: createKey()
        case 97: .plain(.revokeKey(key(), tenant: once(in: 2) ? tenant() : nil), nil)
        default: .plain(read(), nil)
        }
    }

    private mutating func read() -> Command { .readTenant(tenant()) }

    private mutating func job() -> JobID {
        jobs.isEmpty || once(in: 12) ? JobID(rawValue: 99) : one(of: jobs.suffix(30))
    }

    private mutating func key() -> KeyID {
        keys.isEmpty || once(in: 5) ? KeyID(rawValue: 99) : one(of: keys)
    }

    /// The fingerprint names the sort of request, as the hash over its path would.
    private mutating func idempotency(_ sort: UInt8) -> Idempotency? {
        guard once(in: 4) else { return nil }
        return Idempotency(
            scope: "walk", key: "\(sort)-\(number(0...3))",
            fingerprint: [sort, UInt8(number(0...3) / 3)])
    }

    private mutating func submit() -> WalkCommand {
        let specs = (0..<number(1...4)).map { _ in spec() }
        return .plain(.enqueue(Enqueue(tenant: tenant(), jobs: specs)), idempotency(1))
    }

    private mutating func spec() -> JobSpec {
        var spec = JobSpec(kind: one(of: Self.kinds))
        spec.queue = one(of: Self.queues)
        spec.payload = [UInt8]("\(number(0...9))".utf8)
        spec.priority = number(0...9)
        spec.attemptsMax = one(of: [1, 2, 3, 100])
        if once(in: 3) { spec.start = .after(milliseconds: milliseconds(0...20_000)) }
        if once(in: 4) { spec.expiresInMilliseconds = milliseconds(1...40_000) }
        if once(in: 3) { spec.tags = ["t\(number(0...2))"] }
        if once(in: 3) {
            spec.backoff = Backoff(
                growth: .fixed, baseMilliseconds: 2_000, maxMilliseconds: 9_000,
                jitterPermille: 0)
        }
        return spec
    }

    private mutating func pull() -> Pull {
        Pull(
            queues: some(of: Self.queues), kinds: once(in: 4) ? some(of: Self.kinds) : nil,
            tenants: once(in: 5) ? some(of: Self.tenants) : nil, jobsMax: number(1...4),
            waits: once(in: 2), leaseMilliseconds: milliseconds(5...30) * 1_000)
    }

    private mutating func endPull() -> WalkCommand {
        let id = parked.isEmpty ? EnvelopeID(rawValue: 0) : one(of: parked)
        return .plain(.endPull(id), nil)
    }

    private mutating func tokens() -> [WalkCommand.WalkToken] {
        guard tokenCount > 0 else { return [] }
        return (0..<number(1...3)).map { _ in
            WalkCommand.WalkToken(
                number: number(max(0, tokenCount - 15)...(tokenCount - 1)),
                isWrong: once(in: 15))
        }
    }

    private mutating func lease() -> WalkCommand {
        switch number(0...9) {
        case 0..<2:
            .heartbeat(
                tokens(), leaseMilliseconds: once(in: 3) ? milliseconds(5_000...60_000) : nil)
        case 2..<5:
            .complete(tokens(), result: once(in: 2) ? [UInt8]("\(number(0...9))".utf8) : nil)
        case 5..<7:
            .fail(
                tokens(),
                error: once(in: 4) ? nil : [UInt8](#"{"type":"E\#(number(0...9))"}"#.utf8),
                retry())
        case 7..<9:
            .release(
                tokens(), delayMilliseconds: once(in: 2) ? milliseconds(0...9_000) : 0)
        default: .undelivered(tokens())
        }
    }

    private mutating func retry() -> JobRun.Retry {
        switch number(0...9) {
        case 0: .never
        case 1..<4: .after(milliseconds: milliseconds(0...9_000))
        default: .byPolicy
        }
    }

    private mutating func tenantCommand() -> WalkCommand {
        let id = tenant()
        switch number(0...9) {
        case 0..<2:
            let plan = once(in: 6) ? "gold" : one(of: Self.plans)
            return .plain(.createTenant(CreateTenant(id: id, plan: plan)), idempotency(2))
        case 2..<6:
            var update = UpdateTenant(id: id)
            update.plan = once(in: 6) ? "gold" : one(of: Self.plans)
            if once(in: 2) { update.name = .set("N\(number(0...9))") }
            if once(in: 3) { update.email = .set(once(in: 2) ? nil : "a@b.c") }
            return .plain(.updateTenant(update), nil)
        default:
            // Mostly lifted, or all would be closed before long.
            let manual = one(of: [ManualStatus.none, .none, .paused, .suspended])
            return .plain(.setManual(tenant: id, manual), nil)
        }
    }

    private mutating func createKey() -> WalkCommand {
        let tenant = once(in: 2) ? tenant() : nil
        let grant = KeyGrant(
            scope: tenant == nil ? .worker : .tenant, tenant: tenant,
            queues: once(in: 2) ? ["mail"] : nil)
        let hash = (0..<4).map { _ in UInt8(number(0...255)) }
        return .plain(.createKey(CreateKey(grant: grant, hash: hash)), idempotency(3))
    }
}
