import Core
import Store
import Testing

@Suite struct `Money that went back` {
    private let second: Int64 = 1_000

    private func reversal(
        _ id: String, _ kind: Reversal.Kind, _ standing: Reversal.Standing = .inForce,
        _ amount: Int64 = 4_900, charge: String = "ch_1", at time: Timestamp,
        event: String? = nil
    ) -> Reversal {
        let name = event ?? "evt_\(id)_\(standing)_\(time.milliseconds / 1_000 % 1_000)"
        var fact = Reversal(
            id: id, eventID: name, created: time, isLive: false, kind: kind, standing: standing)
        fact.charge = charge
        fact.amount = amount
        return fact
    }

    /// What a charge says once it was refunded as a whole.
    private func refunded(_ charge: String = "ch_1", at time: Timestamp) -> Reversal {
        var fact = reversal(charge, .charge, charge: charge, at: time)
        fact.isWhole = true
        return fact
    }

    private func deliver(_ fact: Reversal, _ bench: StoreBench) throws {
        try bench.deliver(fact.eventID, .money(.reversal(fact)))
    }

    /// A tenant that paid 49 dollars for five more units of an invoice's.
    private func bench(
        _ kind: StoreKind, source: String = "in_1", paid: Int64 = 4_900,
        charges: [String] = ["ch_1"]
    ) throws -> StoreBench {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.grant(5, source)
        let invoice = bench.invoice("evt_paid", "in_1", of: "sub_9") {
            $0.tenant = "acme"
            $0.amountPaid = paid
            $0.payments = charges.map { PaymentLink(invoice: "in_1", charge: $0) }
        }
        try bench.deliver("evt_paid", .money(.invoice(invoice)))
        return bench
    }

    /// The grant of this source as it is now.
    private func held(_ source: String, _ bench: StoreBench) throws -> Grant {
        guard case .grants(let grants, _) = try bench.query(.grantList(tenant: "acme")).rows else {
            throw Unexpected("the query gave no grants")
        }
        return try #require(grants.first { $0.source == source })
    }

    private func orders<Step>(of steps: [Step]) -> [[Step]] {
        guard !steps.isEmpty else { return [[]] }
        return steps.indices.flatMap { index in
            var rest = steps
            let first = rest.remove(at: index)
            return orders(of: rest).map { [first] + $0 }
        }
    }

    @Test(arguments: StoreKind.all, ["in_1", "ch_1"])
    func `by refunds that together are all of it takes what it paid for, and by fewer nothing`(
        kind: StoreKind, source: String
    ) throws {
        let bench = try bench(kind, source: source)
        let time = bench.now.wall
        try deliver(reversal("re_1", .refund, .inForce, 2_000, at: time), bench)
        try deliver(
            reversal("re_1", .refund, .inForce, 2_000, at: time.adding(second), event: "evt_9"),
            bench)
        #expect(try bench.account().limit == .units(15), "the same refund counts once")
        try deliver(reversal("re_2", .refund, .inForce, 2_899, at: time), bench)
        #expect(try bench.account().limit == .units(15), "a cent is left")
        try deliver(reversal("re_3", .refund, .inForce, 1, at: time), bench)
        #expect(try bench.account().limit == .units(10))
        try deliver(reversal("re_3", .refund, .undone, 1, at: time.adding(second)), bench)
        #expect(try bench.account().limit == .units(15), "it came back to us")
    }

    @Test(arguments: StoreKind.all)
    func `takes and leaves the same in whatever order its news come, and however often`(
        kind: StoreKind
    ) throws {
        let time = StoreBench.noon
        let gone = [
            reversal("re_1", .refund, .inForce, 4_000, at: time),
            reversal("re_2", .refund, .inForce, 900, at: time),
        ]
        let failed = reversal("re_1", .refund, .undone, 4_000, at: time.adding(60 * second))
        let told = reversal("re_1", .refund, .undone, 4_000, at: time.adding(90 * second))
        let again = [
            reversal("re_3", .refund, .inForce, 4_000, at: time.adding(70 * second)),
            refunded(at: time.adding(70 * second)),
        ]
        for (facts, limit) in [
            (gone, 10 as Int64), (gone + [refunded(at: time)], 10),
            (gone + [failed, refunded(at: time)], 15), (gone + [failed, again[0]], 10),
            ([gone[0], failed, told, again[1]], 10), ([refunded(at: time), failed], 15),
        ] {
            for (number, order) in orders(of: facts).enumerated() where number % 5 < 2 {
                let bench = try bench(kind)
                for fact in order { try deliver(fact, bench) }
                for fact in order.reversed() { try deliver(fact, bench) }
                #expect(
                    try bench.account().limit == .units(limit), "\(order.map(\.eventID))")
            }
        }
    }

    @Test(arguments: StoreKind.all)
    func `comes back with a dispute that is won, but for what was used`(kind: StoreKind) throws {
        let bench = try bench(kind)
        try bench.submit(count: 30)
        #expect(try bench.pull(count: 12).count == 12)
        let time = bench.now.wall
        try deliver(reversal("dp_1", .dispute, at: time), bench)
        #expect(try bench.account().limit == .units(12))
        #expect(try bench.pull(count: 5).isEmpty)
        try deliver(reversal("dp_1", .dispute, .undone, at: time.adding(second)), bench)
        #expect(try bench.account().limit == .units(15))
        #expect(try bench.pull(count: 5).count == 3)
        try bench.restart()
        #expect(try bench.account().limit == .units(15))
        try bench.checkAudit(events: try bench.audit().compactMap(\.row.event))
    }

    @Test(arguments: StoreKind.all)
    func `lets a grant that came after it stand once it is undone`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let time = bench.now.wall
        try deliver(reversal("dp_1", .dispute, at: time), bench)
        #expect(try bench.grant(5, "ch_1").state == .revoked)
        try bench.restart()
        try deliver(reversal("dp_1", .dispute, .undone, at: time.adding(second)), bench)
        #expect(try held("ch_1", bench).state == .inForce)
        #expect(try bench.account().limit == .units(15))
    }

    @Test(arguments: StoreKind.all)
    func `never brings back what the operator revoked`(kind: StoreKind) throws {
        for comesFirst in [true, false] {
            let bench = try bench(kind, source: "ch_1")
            let time = bench.now.wall
            let revoke = Command.revokeGrant(try held("ch_1", bench).id, tenant: "acme")
            if comesFirst { try bench.apply(revoke) }
            try deliver(reversal("dp_1", .dispute, at: time), bench)
            if !comesFirst { try bench.apply(revoke) }
            try deliver(reversal("dp_1", .dispute, .undone, at: time.adding(second)), bench)
            #expect(try bench.account().limit == .units(10), "\(comesFirst)")
        }
    }

    @Test(arguments: StoreKind.all)
    func `brings nothing back beyond its time, nor before it`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let time = bench.now.wall
        try bench.grant(1, "ch_1", until: time.adding(10 * second))
        try bench.grant(2, "ch_2", from: time.adding(20 * second))
        try bench.grant(4, "ch_3", until: time.adding(40 * second))
        for number in 1...3 {
            let dispute = reversal("dp_\(number)", .dispute, charge: "ch_\(number)", at: time)
            try deliver(dispute, bench)
        }
        #expect(try bench.account().limit == .units(10))
        try bench.wait(milliseconds: 15 * second)
        for number in 1...3 {
            let won = reversal(
                "dp_\(number)", .dispute, .undone, charge: "ch_\(number)", at: bench.now.wall)
            try deliver(won, bench)
        }
        #expect(try bench.account().limit == .units(14))
        try bench.restart()
        try bench.wait(milliseconds: 10 * second)
        #expect(try bench.account().limit == .units(16))
        try bench.wait(milliseconds: 20 * second)
        #expect(try bench.account().limit == .units(12))
        #expect(try held("ch_1", bench).state == .expired)
    }

    @Test(arguments: StoreKind.all)
    func `of one payment leaves what an invoice with another one paid for`(kind: StoreKind) throws {
        for order in orders(of: [1, 2]) {
            let bench = try bench(kind, charges: ["ch_1", "ch_2"])
            try bench.grant(7, "ch_1")
            let time = bench.now.wall
            let amounts: [Int64] = [1_000, 3_900]
            for (place, number) in order.enumerated() {
                let charge = "ch_\(number)"
                var fact = refunded(charge, at: time)
                fact.amount = amounts[number - 1]
                try deliver(fact, bench)
                let isLast = place == 1
                let own: Int64 = order.prefix(place + 1).contains(1) ? 0 : 7
                #expect(
                    try bench.account().limit == .units(10 + own + (isLast ? 0 : 5)), "\(order)")
            }
        }
    }

    @Test(arguments: StoreKind.all)
    func `of one payment is not all where more was paid than by those that are known`(
        kind: StoreKind
    ) throws {
        let bench = try bench(kind)
        var fact = refunded(at: bench.now.wall)
        fact.amount = 1_000
        try deliver(fact, bench)
        #expect(try bench.account().limit == .units(15))
        try bench.deliver(
            "evt_link", .money(.payment(PaymentLink(invoice: "in_1", charge: "ch_2"))))
        try deliver(reversal("dp_1", .dispute, charge: "ch_2", at: bench.now.wall), bench)
        #expect(try bench.account().limit == .units(10))
    }
}
