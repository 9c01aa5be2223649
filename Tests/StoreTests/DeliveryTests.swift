import Core
import Store
import Testing

@Suite struct Deliveries {
    /// Lets every try of what is called now fail.
    private func failToTheEnd(_ bench: StoreBench) throws {
        for delay in DeliverySchedule.delays {
            for call in bench.takeCalls() { try bench.end(call, status: 500) }
            try bench.wait(milliseconds: delay + delay / 10)
        }
        for call in bench.takeCalls() { try bench.end(call, status: 500) }
    }

    @Test(arguments: StoreKind.all)
    func `go out with the commit of their event, to those who want it`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "pro", "beta": "pro"])
        let wanting = try bench.endpoint([.jobSucceeded])
        let other = try bench.endpoint([.jobDead])
        let job = try bench.submit("mail.send")
        try bench.complete(bench.pullOne().token)
        let call = try bench.takeCall()
        #expect(call.url == "https://acme.example/")
        #expect(call.event.type == "job.succeeded")
        #expect(
            String(decoding: call.event.data, as: UTF8.self)
                == #"{"tenant":"acme","job":"\#(job.id)","kind":"mail.send","queue":"default","#
                + #""state":"succeeded","attempt":1,"finished_at":"\#(bench.now.wall)"}"#)
        let pending = try #require(try bench.deliveries(wanting).first)
        #expect(pending.row.state == .pending && pending.row.tries == 0)
        #expect(pending.type == "job.succeeded")
        try bench.end(call, status: 202)
        let done = try #require(try bench.deliveries(wanting).first?.row)
        #expect(done.state == .succeeded && done.tries == 1 && done.status == 202)
        #expect(done.endedAt == bench.now.wall && done.nextAt == nil && done.error == nil)
        #expect(try bench.deliveries(other) == [])
        try bench.endJob(for: "beta")
        #expect(bench.takeCalls() == [])
    }

    @Test(arguments: StoreKind.all)
    func `tell of a job that died`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        try bench.endpoint()
        _ = try bench.submit()
        try bench.fail(bench.pullOne().token, .never)
        #expect(try bench.takeCall().event.type == "job.dead")
        let job = try bench.submit()
        try bench.apply(.cancelJob(job.id, tenant: nil))
        #expect(bench.takeCalls() == [], "a canceled job is none that died")
    }

    @Test(arguments: StoreKind.all)
    func `are tried again over three days, with the same id`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let endpoint = try bench.endpoint()
        try bench.endJob()
        let first = try bench.takeCall()
        try bench.end(first, status: 500)
        for (index, delay) in DeliverySchedule.delays.enumerated() {
            let row = try #require(try bench.deliveries(endpoint).first?.row)
            #expect(row.state == .pending && row.tries == Int64(index + 1))
            let waits = try #require(row.nextAt).since(bench.now.wall)
            #expect((delay...(delay + delay / 10)).contains(waits))
            bench.advance(milliseconds: waits - 1)
            try bench.drain()
            #expect(bench.takeCalls() == [], "too early")
            bench.advance(milliseconds: 1)
            try bench.drain()
            let call = try bench.takeCall()
            #expect(call.event == first.event && call.id == first.id)
            try bench.end(call, DeliveryOutcome(error: "no answer in time"))
        }
        let row = try #require(try bench.deliveries(endpoint).first?.row)
        #expect(row.state == .failed && row.tries == 10 && row.error == "no answer in time")
        #expect(try bench.endpoints()[0].isOn, "three days are not yet too long")
    }

    @Test func `keep of a reason as many bytes as a row takes`() {
        let outcome = DeliveryOutcome(error: String(repeating: "\u{fc}", count: 400))
        #expect(outcome.error == String(repeating: "\u{fc}", count: 250))
        #expect(DeliveryOutcome(error: "no route").error == "no route")
    }

    @Test(arguments: StoreKind.all)
    func `wait as long as the receiver asks, and no longer than a day`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let endpoint = try bench.endpoint()
        for (asked, waited) in [(Int64(3_600_000), Int64(3_600_000)), (.max, 86_400_000)] {
            try bench.endJob()
            try bench.end(
                bench.takeCall(), DeliveryOutcome(status: 429, retryAfterMilliseconds: asked))
            let row = try #require(try bench.deliveries(endpoint).first?.row)
            #expect(row.nextAt == bench.now.wall.adding(waited))
            bench.advance(milliseconds: waited)
            try bench.drain()
            for call in bench.takeCalls() { try bench.end(call, status: 200) }
        }
    }

    @Test(arguments: StoreKind.all)
    func `that say nothing for a minute are made again`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let endpoint = try bench.endpoint()
        try bench.endJob()
        let lost = try bench.takeCall()
        bench.advance(milliseconds: 59_999)
        try bench.drain()
        #expect(bench.takeCalls() == [])
        bench.advance(milliseconds: 1)
        try bench.end(lost, status: 200)
        let again = try bench.takeCall()
        #expect(again == lost)
        #expect(try bench.deliveries(endpoint)[0].row.state == .pending, "it came too late")
        try bench.end(again, status: 200)
        #expect(try bench.deliveries(endpoint)[0].row.tries == 1)
        try bench.end(again, status: 500)
        #expect(try bench.deliveries(endpoint)[0].row.state == .succeeded)
    }

    @Test(arguments: StoreKind.all)
    func `that a restart cut off are made again`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        try bench.endpoint()
        try bench.endJob()
        let lost = try bench.takeCall()
        try bench.beginProcess()
        try bench.end(lost, status: 200)
        bench.advance(milliseconds: 60_000)
        try bench.drain()
        #expect(try bench.takeCall() == lost)
    }

    /// The store makes its memory anew after a commit that failed; the calls go on.
    @Test(arguments: StoreKind.all)
    func `that are under way stay so through a recovery`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let endpoint = try bench.endpoint()
        for _ in 0..<9 { try bench.endJob() }
        let calls = bench.takeCalls()
        #expect(calls.count == 4)
        try bench.restart()
        try bench.drain()
        #expect(bench.takeCalls().isEmpty, "four are under way")
        try bench.end(calls[0], status: 200)
        #expect(bench.takeCalls().count == 1)
        let ended = try bench.deliveries(endpoint).filter { $0.row.state == .succeeded }
        #expect(ended.map(\.row.id) == [calls[0].id])
        try bench.restart()
        bench.advance(milliseconds: 60_000)
        try bench.drain()
        #expect(bench.takeCalls().count == 4, "what was lost is made again")
    }

    @Test(arguments: StoreKind.all)
    func `are four at a time to one endpoint, and one while it fails`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let endpoint = try bench.endpoint()
        for _ in 0..<9 { try bench.endJob() }
        var calls = bench.takeCalls()
        #expect(calls.count == 4)
        try bench.end(calls.removeFirst(), status: 200)
        calls += bench.takeCalls()
        #expect(calls.count == 4)
        for call in calls { try bench.end(call, status: 500) }
        #expect(try bench.endpoints()[0].failingSince == bench.now.wall)
        let single = try bench.takeCall()
        try bench.end(single, status: 200)
        #expect(try bench.endpoints()[0].failingSince == nil)
        #expect(bench.takeCalls().count == 3)
        #expect(try bench.deliveries(endpoint).count == 9)
    }

    @Test(arguments: StoreKind.all)
    func `turn an endpoint off that is gone`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let endpoint = try bench.endpoint()
        for _ in 0..<2 { try bench.endJob() }
        let calls = bench.takeCalls()
        try bench.end(calls[0], status: 410)
        let off = try bench.endpoints()[0]
        #expect(!off.isOn && off.offReason == .gone)
        #expect(bench.alarms == [.endpointOff(off.id, tenant: "acme", .gone)])
        #expect(try bench.deliveries(endpoint) { $0.state = .failed }.count == 1)
        try bench.endJob()
        #expect(bench.takeCalls() == [])
        #expect(try bench.deliveries(endpoint).count == 2, "nothing is kept for one that is off")
        try bench.end(calls[1], status: 500)
        bench.advance(milliseconds: 6_000)
        try bench.drain()
        #expect(bench.takeCalls() == [])
        #expect(try bench.deliveries(endpoint) { $0.state = .dropped }.count == 1)
        try bench.turn(endpoint, on: true)
        let on = try bench.endpoints()[0]
        #expect(on.isOn && on.offReason == nil && on.failingSince == nil)
        try bench.endJob()
        #expect(bench.takeCalls().count == 1)
    }

    @Test(arguments: StoreKind.all)
    func `turn an endpoint off that fails for five days`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        try bench.endpoint()
        for day in 0..<5 {
            try bench.endJob()
            #expect(try bench.endpoints()[0].isOn, "day \(day)")
            for call in bench.takeCalls() { try bench.end(call, status: 500) }
            bench.advance(milliseconds: 86_400_000)
            try bench.drain()
            for call in bench.takeCalls() { try bench.end(call, status: 500) }
        }
        let endpoint = try bench.endpoints()[0]
        #expect(!endpoint.isOn && endpoint.offReason == .failing)
        #expect(bench.alarms == [.endpointOff(endpoint.id, tenant: "acme", .failing)])
    }

    @Test(arguments: StoreKind.all)
    func `turn no endpoint off for days on which nothing was to be delivered`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind)
        let endpoint = try bench.endpoint()
        try bench.endJob()
        try failToTheEnd(bench)
        #expect(try bench.deliveries(endpoint)[0].row.state == .failed)
        try bench.wait(milliseconds: 20 * 86_400_000)
        #expect(try bench.endpoints()[0].failingSince == StoreBench.noon, "as long as it is quiet")
        try bench.restart()
        try bench.endJob()
        try bench.end(bench.takeCall(), status: 500)
        #expect(try bench.endpoints()[0].isOn)
        #expect(try bench.endpoints()[0].failingSince == bench.now.wall)
        bench.advance(milliseconds: 4 * 86_400_000)
        try bench.drain()
        try bench.end(bench.takeCall(), status: 500)
        #expect(try bench.endpoints()[0].isOn)
        bench.advance(milliseconds: 86_400_000)
        try bench.drain()
        try bench.end(bench.takeCall(), status: 500)
        #expect(try bench.endpoints()[0].offReason == .failing)
    }

    @Test(arguments: StoreKind.all)
    func `that are replayed in a quiet time begin the count of days anew`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind)
        let endpoint = try bench.endpoint()
        try bench.endJob()
        try failToTheEnd(bench)
        try bench.wait(milliseconds: 20 * 86_400_000)
        let id = try bench.deliveries(endpoint)[0].row.id
        _ = try bench.tell(.outbound(.replay(id, endpoint: endpoint.id, tenant: "acme")))
        try bench.end(bench.takeCall(), status: 500)
        #expect(try bench.endpoints()[0].isOn)
        #expect(try bench.endpoints()[0].failingSince == bench.now.wall)
    }

    @Test(arguments: StoreKind.all)
    func `say nothing against a URL that they did not go to`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let endpoint = try bench.endpoint()
        for _ in 0..<3 { try bench.endJob() }
        let calls = bench.takeCalls()
        try bench.end(calls[0], status: 500)
        #expect(try bench.endpoints()[0].failingSince != nil)
        var update = UpdateEndpoint(id: endpoint.id, tenant: "acme")
        update.url = "https://acme.example/new"
        _ = try bench.tell(.outbound(.update(update)))
        #expect(try bench.endpoints()[0].failingSince == nil)
        try bench.end(calls[1], status: 500)
        try bench.end(calls[2], status: 410)
        #expect(try bench.endpoints()[0].failingSince == nil)
        #expect(try bench.endpoints()[0].isOn)
        #expect(try bench.deliveries(endpoint) { $0.state = .failed }.isEmpty)
        bench.advance(milliseconds: 6_000)
        try bench.drain()
        let again = bench.takeCalls()
        #expect(again.map(\.url) == Array(repeating: "https://acme.example/new", count: 3))
        try bench.end(try #require(again.first), status: 500)
        update.isOn = true
        _ = try bench.tell(.outbound(.update(update)))
        #expect(try bench.endpoints()[0].failingSince == bench.now.wall, "the URL is the same")
    }

    @Test(arguments: StoreKind.all)
    func `of a removed endpoint keep their places until they have ended`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "pro", "beta": "pro"])
        let removed = try (0..<4).map { _ in try bench.endpoint() }
        for _ in 0..<4 { try bench.endJob() }
        var calls = bench.takeCalls()
        #expect(calls.count == 16)
        for endpoint in removed {
            #expect(try bench.tell(.outbound(.remove(endpoint.id, tenant: "acme"))) == .done)
        }
        try bench.endpoint()
        try bench.endpoint(for: "beta")
        try bench.endJob()
        try bench.endJob()
        #expect(bench.takeCalls() == [], "all of the tenant's places are taken")
        try bench.endJob(for: "beta")
        #expect(bench.takeCalls().count == 1, "another tenant has its own")
        for _ in 0..<2 {
            try bench.end(calls.removeFirst(), DeliveryOutcome(error: "no answer in time"))
            #expect(bench.takeCalls().count == 1)
        }
        try bench.endJob()
        #expect(bench.takeCalls() == [])
        bench.advance(milliseconds: 60_000)
        try bench.drain()
        let again = bench.takeCalls().filter { $0.url == "https://acme.example/" }
        #expect(again.count == 3, "what says nothing for a minute has no place")
    }

    @Test(arguments: StoreKind.all)
    func `are sixteen at a time to one tenant`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "pro", "beta": "pro"])
        let busy = try (0..<5).map { _ in try bench.endpoint() }
        for _ in 0..<4 {
            try bench.endJob()
            bench.advance(milliseconds: 1)
        }
        let calls = bench.takeCalls()
        #expect(calls.count == 16)
        let waiting = try busy.flatMap { try bench.deliveries($0) }
            .filter { row in row.row.tries == 0 && !calls.contains { $0.id == row.row.id } }
        #expect(waiting.count == 4)
        var next: [DeliveryOrder] = []
        for call in calls.prefix(4) {
            try bench.end(call, status: 200)
            next += bench.takeCalls()
        }
        #expect(Set(next.map(\.id)) == Set(waiting.map(\.row.id)))
    }

    @Test(arguments: StoreKind.all)
    func `are replayed one by one, or all that failed`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let endpoint = try bench.endpoint()
        let start = bench.now.wall
        for status in [Int64(200), 410] {
            try bench.endJob()
            try bench.end(bench.takeCall(), status: status)
        }
        let (failed, done) = (try bench.deliveries(endpoint)[0], try bench.deliveries(endpoint)[1])
        func replay(_ id: DeliveryID) throws -> Reply {
            try bench.tell(.outbound(.replay(id, endpoint: endpoint.id, tenant: "acme")))
        }
        #expect(
            try replay(done.row.id) == .refused(.outbound(.endpointOff(endpoint.id))))
        try bench.turn(endpoint, on: true)
        guard case .outbound(.delivery(let again)) = try replay(done.row.id) else {
            throw Unexpected("no replay")
        }
        #expect(again.row.state == .pending && again.row.tries == 0)
        let call = try bench.takeCall()
        #expect(call.event.id == done.row.event)
        try bench.end(call, status: 200)
        let all = OutboundCommand.replayFailed(endpoint.id, tenant: "acme", since: start)
        #expect(try bench.tell(.outbound(all)) == .outbound(.replayed(count: 1, isAll: true)))
        #expect(try bench.takeCall().id == failed.row.id)
        let later = OutboundCommand.replayFailed(
            endpoint.id, tenant: "acme", since: bench.now.wall.adding(1))
        #expect(try bench.tell(.outbound(later)) == .outbound(.replayed(count: 0, isAll: true)))
        let unknown = DeliveryID(rawValue: 7)
        #expect(
            try replay(unknown) == .refused(.outbound(.deliveryUnknown("\(unknown)"))))
    }

    @Test(arguments: StoreKind.all)
    func `are kept for thirty days`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let endpoint = try bench.endpoint()
        try bench.endJob()
        try bench.end(bench.takeCall(), status: 200)
        bench.advance(milliseconds: 30 * 86_400_000 - 1_000)
        try bench.drain()
        #expect(try bench.deliveries(endpoint).count == 1)
        bench.advance(milliseconds: 700_000)
        try bench.endJob()
        try bench.drain()
        #expect(try bench.deliveries(endpoint).count == 1)
    }

    @Test func `go out by the next free place to who has no call, however many receivers hang`()
        throws
    {
        var limits = BatchLimits()
        limits.deliveriesInFlightMax = 8
        let tenants = ["a", "b", "c", "d", "e"]
        let bench = try StoreBench(
            .sqlite, limits: limits,
            tenants: Dictionary(uniqueKeysWithValues: tenants.map { ($0, "enterprise") }))
        for tenant in tenants {
            try bench.endpoint([.jobSucceeded], for: tenant)
            try bench.endpoint([.jobSucceeded], for: tenant)
        }
        var hanging: [DeliveryOrder] = []
        for (tenant, places) in zip(tenants, [4, 2, 1, 1, 0]) {
            for _ in 0..<3 { try bench.endJob(for: tenant) }
            let calls = bench.takeCalls()
            #expect(calls.count == places)
            hanging += calls
        }
        // The first has more waiting, for longer, and three calls left.
        try bench.end(hanging.removeFirst(), status: 500)
        let next = try bench.takeCall()
        #expect(next.url == "https://e.example/")
        hanging.append(next)
        // Each call that ends lets another out, until none waits.
        while let call = hanging.popLast() {
            try bench.end(call, status: 204)
            hanging += bench.takeCalls()
        }
        try bench.wait(milliseconds: 10_000)
        for call in bench.takeCalls() { try bench.end(call, status: 204) }
        for tenant in tenants {
            for endpoint in try bench.endpoints(tenant) {
                let rows = try bench.deliveries(endpoint, of: tenant)
                #expect(rows.count == 3 && rows.allSatisfy { $0.row.state == .succeeded })
            }
        }
    }

    @Test func `go out by the next place to an endpoint that was changed while there was none`()
        throws
    {
        var limits = BatchLimits()
        limits.deliveriesInFlightMax = 1
        let bench = try StoreBench(
            .sqlite, limits: limits, tenants: ["acme": "enterprise", "beta": "enterprise"])
        try bench.endpoint([.jobSucceeded])
        let waiting = try bench.endpoint([.jobSucceeded], for: "beta")
        try bench.endJob()
        let hanging = try bench.takeCall()
        try bench.endJob(for: "beta")
        var update = UpdateEndpoint(id: waiting.id, tenant: "beta")
        update.url = "https://beta.example/other"
        _ = try bench.tell(.outbound(.update(update)))
        #expect(bench.takeCalls() == [])
        try bench.end(hanging, status: 204)
        #expect(try bench.takeCall().url == "https://beta.example/other")
    }
}
