import API
import Core
import HTTP
import Service
import Store
import Testing

/// The server's own runner asks without a connection.
@Suite struct RunnerPullTests {
    private let house = House()
    private var leased: Reply {
        .leased([
            LeasedJob(
                job: Samples.job(state: .running), token: Samples.token(1), expiresAt: House.noon)
        ])
    }

    /// Pulls, and collects what is answered.
    private func pull(waits: Bool, _ replies: @escaping (Reply) -> Void) -> EnvelopeID {
        let pull = Pull(queues: ["email"], kinds: ["hello"], jobsMax: 3, waits: waits)
        defer { house.collect() }
        return house.service.pullForRunner(pull, then: replies)
    }

    @Test func `its pull carries its mark and may touch everything`() throws {
        var replies: [Reply] = []
        let id = pull(waits: false) { replies.append($0) }
        let envelope = try #require(house.commands.first)
        guard case .pull(let sent) = envelope.command else { throw Unexpected() }
        #expect(sent.isOfRunner && sent.kinds == ["hello"] && sent.jobsMax == 3)
        #expect(envelope.id == id && envelope.reach.isUnbound)
        house.reply(leased)
        #expect(replies == [leased])
        #expect(house.responses.isEmpty)
    }

    @Test func `a pull tells the plan of each job, where the store says it`() {
        let job = Samples.job(state: .running)
        let leased = LeasedJob(
            job: job, token: Samples.token(1), expiresAt: House.noon, plan: "pro")
        let answer = house.call(
            "POST", "/v1/leases/pull", .worker, "{}", reply: .leased([leased]))
        #expect(answer?.text.contains(#""plan":"pro","lease":{"#) ?? false)
    }

    @Test func `a submit has the terms of its kind, and may ask for less`() throws {
        house.service.runner.kinds.terms = [
            "mail": KindTerms(
                queue: "post", timeoutMilliseconds: 60_000, attemptsMax: 3,
                backoff: Backoff(
                    growth: .fixed, baseMilliseconds: 5_000, maxMilliseconds: 5_000,
                    jitterPermille: 0))
        ]
        func spec(_ body: String) throws -> JobSpec {
            house.send("POST", "/v1/jobs", .tenant, body)
            guard case .enqueue(let enqueue) = house.commands.last?.command,
                let spec = enqueue.jobs.first
            else { throw Unexpected() }
            return spec
        }
        let plain = try spec(#"{"kind":"mail"}"#)
        #expect(plain.queue == "post" && plain.attemptsMax == 3)
        #expect(plain.timeoutMilliseconds == 60_000)
        #expect(plain.backoff.baseMilliseconds == 5_000)
        let other = try spec(
            #"{"queue":"a","max_attempts":9,"timeout":5,"backoff":{"base":1},"kind":"mail"}"#)
        #expect(other.queue == "a" && other.attemptsMax == 3)
        #expect(other.timeoutMilliseconds == 5_000 && other.backoff.baseMilliseconds == 1_000)
        let null = try spec(#"{"queue":null,"max_attempts":null,"kind":"mail"}"#)
        #expect(null.queue == "post" && null.attemptsMax == 3)
        #expect(try spec(#"{"kind":"else"}"#) == JobSpec(kind: "else"))
    }

    @Test func `no request can give itself the mark`() throws {
        house.send("POST", "/v1/leases/pull", .admin, "{}")
        guard case .pull(let sent) = house.commands[0].command else { throw Unexpected() }
        #expect(!sent.isOfRunner)
    }

    @Test func `a pull that waits is ended by hand, and answered once`() {
        var replies: [Reply] = []
        let id = pull(waits: true) { replies.append($0) }
        house.tick(at: house.real + 600_000)
        #expect(house.commands.count == 1)
        house.service.endPullForRunner(id)
        house.service.endPullForRunner(id)
        house.collect()
        #expect(house.commands.count == 2)
        house.commit([(id, .leased([]), nil), (house.commands[1].id, .done, nil)])
        #expect(replies == [.leased([])])
    }

    @Test func `a pull that the store forgot is told so`() {
        var replies: [Reply] = []
        let id = pull(waits: true) { replies.append($0) }
        house.fail([], forgottenUpTo: id)
        #expect(replies == [.refused(.storageUnavailable)])
        house.service.endPullForRunner(id)
        house.collect()
        #expect(house.commands.count == 1)
    }
}
