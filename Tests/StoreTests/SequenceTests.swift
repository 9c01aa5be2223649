import Billing
import Core
import Glibc
import Store
import Testing

@Suite struct `A sequence of events through a store` {
    /// Each seed is a tenant with a shuffle of its own; `WEIR_SEQUENCE_SEEDS=500` takes more. They
    /// are shared out to stores of a few tenants: what a batch costs a store that looks at all of
    /// its tenants each time, as the model does, grows with them.
    private static let stores: [Range<Int>] = {
        let named = getenv("WEIR_SEQUENCE_SEEDS").flatMap { Int(String(cString: $0)) }
        let (seeds, each) = (max(1, named ?? 4), 20)
        return stride(from: 0, to: seeds, by: each).map { $0..<min(seeds, $0 + each) }
    }()

    @Test(arguments: StoreKind.all, StoreSequence.all)
    func `comes to the same in every order, with restarts between`(
        kind: StoreKind, sequence: StoreSequence
    ) throws {
        for seeds in Self.stores {
            let run = try SequenceRun(sequence, kind, seeds: seeds, canAskProvider: false)
            try run.deliver()
            for end in sequence.ends {
                try run.pass(to: end.at)
                let wanted = try run.ending(of: run.suffixes[0])
                for suffix in run.suffixes {
                    #expect(try run.bench.standing(sequence.name + suffix) == end.standing)
                    #expect(try run.ending(of: suffix) == wanted, "\(suffix)")
                }
            }
            try run.bench.checkAudit(events: run.eventIDs)
        }
    }

    @Test(arguments: StoreKind.all, StoreSequence.all)
    func `comes to the same with a provider that was away and answers few questions at a time`(
        kind: StoreKind, sequence: StoreSequence
    ) throws {
        for seeds in Self.stores {
            let run = try SequenceRun(sequence, kind, seeds: seeds, canAskProvider: true)
            try run.deliver()
            let last = try #require(sequence.ends.last)
            try run.pass(to: last.at)
            try run.answerAll()
            for suffix in run.suffixes {
                #expect(
                    try run.bench.standing(sequence.name + suffix) == last.standing, "\(suffix)")
            }
            let rows = try run.suffixes.flatMap { try run.bench.subscriptions(sequence.name + $0) }
            #expect(!rows.isEmpty)
            #expect(rows.allSatisfy { !$0.subscription.isDirty && $0.askAt == nil })
            try run.bench.checkAudit(events: run.eventIDs)
        }
    }
}

/// Tenants of one store to whom the same happens: one is told of it in order, one in reverse, and
/// one by the shuffle of each seed.
private final class SequenceRun {
    let bench: StoreBench
    let suffixes: [String]
    private(set) var eventIDs: [String] = []
    private let sequence: StoreSequence
    private var deliveries: [ProviderEvent] = []
    private var invoices: [String: [String]] = [:]
    /// What each subscription really is: what its last event says.
    private var truth: [String: SubscriptionFact] = [:]
    private var random: Random

    init(
        _ sequence: StoreSequence, _ kind: StoreKind, seeds: Range<Int>, canAskProvider: Bool
    ) throws {
        self.sequence = sequence
        random = Random(seed: 11 + UInt64(seeds.lowerBound))
        let suffixes = (0..<seeds.count + 2).map { "x" + String(1_000 + $0) }
        self.suffixes = suffixes
        let told = try suffixes.map { try sequence.events($0) }
        let latest = told.joined().map(\.created).reduce(Timestamp(milliseconds: 0), max)
        bench = try StoreBench(
            kind, plans: StoreSequence.plans,
            tenants: Dictionary(
                uniqueKeysWithValues: suffixes.map { (sequence.name + $0, "free") }),
            canAskProvider: canAskProvider, checksBatches: false, at: latest.adding(2_000))
        var orders: [[ProviderEvent]] = []
        for (place, events) in told.enumerated() {
            eventIDs += events.map(\.id)
            for event in events { note(event, suffixes[place]) }
            switch place {
            case 0: orders.append(events)
            case 1: orders.append(events.reversed())
            default:
                orders.append(
                    events.flatMap {
                        Array(repeating: $0, count: Int.random(in: 1...3, using: &random))
                    }.shuffled(using: &random))
            }
        }
        // The tenants' deliveries come between each other's.
        while !orders.isEmpty {
            let index = Int.random(in: orders.indices, using: &random)
            deliveries.append(orders[index].removeFirst())
            if orders[index].isEmpty { orders.remove(at: index) }
        }
    }

    private func note(_ event: ProviderEvent, _ suffix: String) {
        switch event.meaning {
        case .subscription(let fact):
            let known = truth[fact.id]
            if known.map({ $0.order < fact.order || !$0.isTerminal && fact.isTerminal }) ?? true {
                truth[fact.id] = fact
            }
        case .money(.invoice(let fact)): invoices[suffix, default: []].append(fact.id)
        case .money, .catalogue, .ignored, .wrongMode, .connected, .thin, .failed: break
        }
    }

    /// Delivers everything, a few in each batch, with a restart now and then.
    func deliver() throws {
        var rest = deliveries[...]
        while !rest.isEmpty {
            let batch = rest.prefix(Int.random(in: 1...8, using: &random))
            rest = rest.dropFirst(batch.count)
            for reply in try bench.apply(batch.map { bench.envelope(.billing(.take($0))) }) {
                guard case .billing(.taken(let state, _)) = reply else {
                    throw Unexpected("\(String(describing: reply)) takes no event")
                }
                #expect(state == .applied || state == .stale, "\(batch.map(\.id))")
            }
            if Int.random(in: 0..<16, using: &random) == 0 { try bench.restart() }
        }
    }

    /// Time goes on; the last batch is followed by the store's check of itself.
    func pass(to time: Timestamp) throws {
        bench.advance(to: max(time, bench.now.wall))
        try bench.drain()
        bench.checksBatches = true
        try bench.apply()
        bench.checksBatches = false
    }

    /// The provider is back: of the few questions that it gets at a time it answers three, until
    /// none is left.
    func answerAll() throws {
        var answered = 0
        for _ in 0..<10_000 {
            guard let next = try bench.rows.earliestInquiry(isLive: false) else { return }
            let before = bench.inquiries.count
            try bench.wait(milliseconds: max(30_000, next.since(bench.now.wall)))
            for inquiry in Set(bench.inquiries[before...].map(\.subscription)).sorted().prefix(3) {
                answered += 1
                try bench.answer(
                    truth[inquiry]?.fetched("ask_\(answered)", at: bench.now.wall), of: inquiry)
            }
        }
        throw Unexpected("the questions never end")
    }

    /// Everything that came of it, without what tells one tenant from another.
    func ending(of suffix: String) throws -> String {
        let tenant = sequence.name + suffix
        let view = try bench.tenant(tenant)
        var lines = ["\(view.effectivePlan) \(view.facts.status)", "\(view.facts.entitled as Any)"]
        for row in try bench.subscriptions(tenant) {
            lines.append(
                "\(row.customer as Any) \(row.subscription.state) \(row.subscription.isDirty)")
        }
        for id in Set(invoices[suffix] ?? []).sorted() {
            let row = try #require(try bench.rows.invoice(id, isLive: false))
            #expect(row.tenant.map { suffixes[Int($0 - 1)] } == suffix)
            lines.append("\(row.fact)")
        }
        guard case .grants(let grants, _) = try bench.query(.grantList(tenant: tenant)).rows else {
            throw Unexpected("the query gave no grants")
        }
        lines.append("\(grants) \(try bench.usageView(tenant).accounts)")
        return lines.joined(separator: "\n").split(separator: suffix).joined()
    }
}

extension SubscriptionFact {
    /// What the provider says if it is asked and this is how things stand.
    fileprivate func fetched(_ id: String, at time: Timestamp) -> SubscriptionFact {
        var fact = SubscriptionFact(
            id: self.id, eventID: id, created: time, rank: .fetched, isLive: isLive,
            status: status)
        fact.customer = customer
        fact.tenant = tenant
        fact.items = items
        fact.startedAt = startedAt
        fact.anchor = anchor
        fact.trialEnd = trialEnd
        fact.cancelAt = cancelAt
        fact.cancelsAtPeriodEnd = cancelsAtPeriodEnd
        fact.canceledAt = canceledAt
        fact.endedAt = endedAt
        fact.latestInvoice = latestInvoice
        fact.pauseCollection = pauseCollection
        fact.pauseCause = pauseCause
        return fact
    }
}
