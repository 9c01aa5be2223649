import Core
import Store
import Testing

@Suite struct PullTests {
    @Test(arguments: StoreKind.all)
    func `a pulled job runs under a lease`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        bench.advance(milliseconds: 7)
        let leased = try bench.pullOne(Pull(leaseMilliseconds: 12_000, worker: "w"))
        #expect(leased.job.id == job.id)
        #expect(leased.job.state == .running)
        #expect(leased.job.attempt == 1)
        #expect(leased.job.startedAt == StoreBench.noon.adding(7))
        #expect(leased.job.chargedPeriod == Period(containing: StoreBench.noon))
        #expect(leased.expiresAt == StoreBench.noon.adding(12_007))
        let view = try bench.job(job.id)
        #expect(view.state == .running)
        #expect(view.startedAt == StoreBench.noon.adding(7))
        #expect(try bench.tenant().running == 1)
    }

    @Test(arguments: StoreKind.all)
    func `a pull that may not wait is answered with nothing`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        #expect(try bench.pull().isEmpty)
    }

    @Test(arguments: StoreKind.all)
    func `a pull takes no more than it asked for`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let jobs = try bench.submit(count: 5)
        #expect(try bench.pull(count: 3).map(\.job.id) == jobs.prefix(3).map(\.id))
        #expect(try bench.pull(count: 3).map(\.job.id) == jobs.suffix(2).map(\.id))
    }

    @Test(arguments: StoreKind.all)
    func `an answer stops growing at its limit of bytes`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let payload = [UInt8](repeating: UInt8(ascii: "1"), count: Limits.payloadBytesMax)
        try bench.submit(count: 20) { $0.payload = payload }
        #expect(try bench.pull(count: 20).count == 16)
        #expect(try bench.pull(count: 20).count == 4)
    }

    @Test(arguments: StoreKind.all)
    func `no job is handed out twice`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let jobs = try bench.submit(count: 20)
        let pulls = (0..<8).map { _ in bench.envelope(.pull(Pull(jobsMax: 4))) }
        let replies = try bench.apply(pulls)
        let taken = try replies.flatMap { try $0?.leasedJobs ?? [] }
        #expect(taken.count == 20)
        #expect(Set(taken.map(\.job.id)) == Set(jobs.map(\.id)))
        #expect(Set(taken.map(\.token)).count == 20)
    }

    // MARK: Filters

    @Test(arguments: StoreKind.all)
    func `only the kinds that were asked for are given`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let jobs = try ["a", "b", "c", "a"].map { try bench.submit($0) }
        #expect(try bench.pull(Pull(kinds: ["b"], jobsMax: 9)).map(\.job.id) == [jobs[1].id])
        #expect(
            try bench.pull(Pull(kinds: ["a", "b"], jobsMax: 9)).map(\.job.id)
                == [jobs[0].id, jobs[3].id])
        #expect(try bench.pull(Pull(kinds: ["none"], jobsMax: 9)).isEmpty)
        #expect(try bench.pull(count: 9).map(\.job.id) == [jobs[2].id])
    }

    @Test(arguments: StoreKind.all)
    func `only the tenants that were asked for are given`(kind: StoreKind) throws {
        let bench = try StoreBench(
            kind, tenants: ["acme": "pro", "beta": "pro", "gamma": "pro"])
        for tenant in ["acme", "beta", "gamma"] { _ = try bench.submit(for: tenant) }
        let pull = Pull(tenants: ["gamma", "acme"], jobsMax: 9)
        #expect(try Set(bench.pull(pull).map(\.job.tenant)) == ["acme", "gamma"])
        #expect(try bench.pull(Pull(tenants: ["ghost", "gamma"])).isEmpty)
        #expect(
            try bench.tell(.pull(Pull(tenants: ["ghost"], waits: true)))
                == .refused(.tenantUnknown("ghost")))
        #expect(try bench.pull(count: 9).map(\.job.tenant) == ["beta"])
    }

    @Test(arguments: StoreKind.all)
    func `only the queues that were asked for are given`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        _ = try bench.submit { $0.queue = "mail" }
        #expect(try bench.pull().isEmpty)
        #expect(try bench.pull(Pull(queues: ["mail"])).count == 1)
    }

    @Test(arguments: StoreKind.all)
    func `queues take turns in being first, by ticket and by job`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        for queue in ["a", "b", "c"] { try bench.submit(count: 9) { $0.queue = queue } }
        func queues(_ jobsMax: Int) throws -> String {
            try bench.pull(Pull(queues: ["a", "b", "c"], jobsMax: jobsMax)).map(\.job.queue)
                .joined()
        }
        // The k-th job of ticket n begins at queue (n + k) mod 3; numbers begin at 1.
        #expect(try queues(1) == "b")
        #expect(try queues(1) == "c")
        #expect(try queues(1) == "a")
        #expect(try queues(4) == "bcab")
        #expect(try queues(4) == "cabc")
        try bench.restart()
        #expect(try queues(3) == "bca")
    }

    @Test(arguments: StoreKind.all)
    func `pulls of other work between them leave every queue its turn`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        for queue in ["a", "b"] {
            for work in ["x", "y"] {
                try bench.submit(count: 9) {
                    $0.queue = queue
                    $0.kind = work
                }
            }
        }
        var seen = ["x": "", "y": ""]
        for work in ["x", "y", "x", "y", "x", "y"] {
            let jobs = try bench.pull(Pull(queues: ["a", "b"], kinds: [work]))
            seen[work, default: ""] += jobs.map(\.job.queue).joined()
        }
        #expect(seen == ["x": "bab", "y": "aba"])
    }

    @Test(arguments: StoreKind.all)
    func `an empty queue passes its turn to the next`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        try bench.submit(count: 2) { $0.queue = "c" }
        let pull = Pull(queues: ["a", "b", "c"], jobsMax: 2)
        #expect(try bench.pull(pull).map(\.job.queue) == ["c", "c"])
    }

    // MARK: Tickets

    @Test(arguments: StoreKind.all)
    func `a parked pull is answered in the batch that brings work`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let ticket = try bench.park()
        let job = try bench.submit()
        #expect(try bench.leased(ticket)?.map(\.job.id) == [job.id])
    }

    @Test(arguments: StoreKind.all)
    func `a pull is served after every command of its batch`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let pull = bench.envelope(.pull(Pull()))
        let submit = Command.enqueue(Enqueue(tenant: "acme", jobs: [JobSpec(kind: "work")]))
        try bench.apply([pull, bench.envelope(submit)])
        #expect(try bench.leased(pull)?.count == 1)
    }

    @Test(arguments: StoreKind.all)
    func `tickets are served in the order in which they came`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let tickets = try (0..<4).map { _ in try bench.park(Pull(jobsMax: 2, waits: true)) }
        let jobs = try bench.submit(count: 5)
        #expect(try bench.leased(tickets[0])?.map(\.job.id) == jobs[0...1].map(\.id))
        #expect(try bench.leased(tickets[1])?.map(\.job.id) == jobs[2...3].map(\.id))
        #expect(try bench.leased(tickets[2])?.map(\.job.id) == [jobs[4].id])
        #expect(try bench.leased(tickets[3]) == nil)
    }

    @Test(arguments: StoreKind.all)
    func `a ticket that cannot use the work does not hold up the next`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let picky = try bench.park(Pull(kinds: ["rare"], waits: true))
        let open = try bench.park()
        _ = try bench.submit("plain")
        #expect(try bench.leased(picky) == nil)
        #expect(try bench.leased(open)?.count == 1)
        _ = try bench.submit("rare")
        #expect(try bench.leased(picky)?.count == 1)
    }

    @Test(arguments: StoreKind.all)
    func `a ticket that was served is not served again`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let ticket = try bench.park()
        let jobs = try bench.submit(count: 2)
        try bench.drain()
        #expect(try bench.leased(ticket)?.map(\.job.id) == [jobs[0].id])
        #expect(try bench.job(jobs[1].id).state == .ready)
    }

    @Test(arguments: StoreKind.all)
    func `a pull that ends while it waits gets nothing`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let ticket = try bench.park()
        #expect(try bench.tell(.endPull(ticket.id)).isDone)
        #expect(try bench.leased(ticket)?.count == 0)
        let job = try bench.submit()
        #expect(try bench.job(job.id).state == .ready)
    }

    @Test(arguments: StoreKind.all)
    func `the end of a pull that was served changes nothing`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let ticket = try bench.park()
        _ = try bench.submit()
        #expect(try bench.tell(.endPull(ticket.id)).isDone)
        #expect(try bench.leased(ticket)?.count == 1)
        #expect(try bench.tell(.endPull(EnvelopeID(rawValue: 999_999))).isDone)
    }

    @Test(arguments: StoreKind.all)
    func `a pull that ends in its own batch is never served`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        let pull = bench.envelope(.pull(Pull(waits: true)))
        try bench.apply([pull, bench.envelope(.endPull(pull.id))])
        #expect(try bench.leased(pull)?.count == 0)
        #expect(try bench.job(job.id).state == .ready)
    }

    @Test(arguments: StoreKind.all)
    func `a restart forgets tickets`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let ticket = try bench.park()
        try bench.restart()
        let job = try bench.submit()
        #expect(try bench.leased(ticket) == nil)
        #expect(try bench.job(job.id).state == .ready)
    }

    @Test(arguments: StoreKind.all)
    func `beyond the limit of tickets a pull is refused`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        for _ in 0..<(Limits.ticketsMax / 1_000) {
            try bench.apply((0..<1_000).map { _ in bench.envelope(.pull(Pull(waits: true))) })
        }
        let refusal = Refusal.tooManyTickets(max: Limits.ticketsMax)
        #expect(try bench.tell(.pull(Pull(waits: true))).refusal == refusal)
        _ = try bench.submit()
        #expect(try bench.apply([bench.envelope(.pull(Pull(waits: true)))])[0] == nil)
    }

    @Test(arguments: StoreKind.all)
    func `work that comes back wakes a ticket`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        let leased = try bench.pullOne()
        let ticket = try bench.park()
        try bench.release(leased.token)
        #expect(try bench.leased(ticket)?.map(\.job.id) == [job.id])
    }

    // MARK: The order within a line

    @Test(arguments: StoreKind.all)
    func `the more urgent job goes first, equals in the order of their ids`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind)
        let jobs = try [5, 9, 0, 5, 0].map { priority in
            try bench.submit { $0.priority = priority }
        }
        #expect(
            try bench.pull(count: 9).map(\.job.id)
                == [2, 4, 0, 3, 1].map { jobs[$0].id })
    }

    @Test(arguments: StoreKind.all)
    func `nine minutes of waiting outweigh nine steps of priority`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let old = try bench.submit { $0.priority = 9 }
        try bench.wait(milliseconds: 9 * 60_000)
        let new = try bench.submit { $0.priority = 0 }
        #expect(try bench.pull(count: 2).map(\.job.id) == [old.id, new.id])
    }

    @Test(arguments: StoreKind.all)
    func `a millisecond less than nine minutes does not`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let old = try bench.submit { $0.priority = 9 }
        try bench.wait(milliseconds: 9 * 60_000 - 1)
        let new = try bench.submit { $0.priority = 0 }
        #expect(try bench.pull(count: 2).map(\.job.id) == [new.id, old.id])
    }

    @Test(arguments: StoreKind.all)
    func `the least rank of all the kinds of a lane goes first`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let late = try bench.submit("a") { $0.priority = 6 }
        let early = try bench.submit("b") { $0.priority = 4 }
        let middle = try bench.submit("c")
        #expect(try bench.pull(count: 3).map(\.job.id) == [early.id, middle.id, late.id])
    }

    @Test(arguments: StoreKind.all)
    func `a job that goes back keeps its place before younger ones`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let old = try bench.submit()
        let leased = try bench.pullOne()
        bench.advance(milliseconds: 1_000)
        let young = try bench.submit()
        try bench.release(leased.token)
        #expect(try bench.pull(count: 2).map(\.job.id) == [old.id, young.id])
    }
}
