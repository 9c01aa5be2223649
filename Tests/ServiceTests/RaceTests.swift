import API
import Core
import HTTP
import Service
import Store
import Testing

@Suite struct RaceTests {
    private let waiting = #"{"wait":20,"max":2}"#

    /// The commands of a kind that the store was sent, in order.
    private func undelivered(_ house: House) -> [[LeaseToken]] {
        house.commands.compactMap {
            guard case .undelivered(let tokens) = $0.command else { return nil }
            return tokens
        }
    }

    private func endedPulls(_ house: House) -> [EnvelopeID] {
        house.commands.compactMap {
            guard case .endPull(let id) = $0.command else { return nil }
            return id
        }
    }

    private func pull(_ house: House) -> (exchange: ExchangeKey, id: EnvelopeID) {
        let exchange = house.send("POST", "/v1/leases/pull", .worker, waiting)
        return (exchange, house.commands[house.commands.count - 1].id)
    }

    // MARK: Answers with leases

    @Test func `an answer with leases waits for its confirmation`() {
        let house = House()
        let (exchange, id) = pull(house)
        house.commit([(id, .leased([Samples.leased()]), nil)])
        #expect(house.responses[0].needsConfirmation)
        #expect(house.service.exchangeCount == 1)
        house.service.delivered(exchange)
        #expect(house.service.exchangeCount == 0)
        house.close(exchange)
        #expect(undelivered(house).isEmpty)
    }

    @Test func `an answer that was not fully written gives its leases back`() {
        let house = House()
        let (exchange, id) = pull(house)
        house.commit([(id, .leased([Samples.leased(1), Samples.leased(2)]), nil)])
        house.close(exchange)
        #expect(undelivered(house) == [[Samples.token(1), Samples.token(2)]])
        house.reply(.done)
        #expect(house.responses.count == 1 && house.service.exchangeCount == 0)
    }

    @Test func `an empty answer needs no confirmation`() {
        let house = House()
        let (_, id) = pull(house)
        house.commit([(id, .leased([]), nil)])
        #expect(!house.responses[0].needsConfirmation)
        #expect(house.service.exchangeCount == 0)
    }

    @Test func `a pull served after its peer went gives its leases back`() {
        let house = House()
        let (exchange, id) = pull(house)
        house.close(exchange)
        #expect(endedPulls(house) == [id])
        house.commit([(id, .leased([Samples.leased()]), nil)])
        #expect(undelivered(house) == [[Samples.token(1)]])
        #expect(house.responses.isEmpty)
    }

    @Test func `a pull that does not wait is not ended but its leases go back`() {
        let house = House()
        let exchange = house.send("POST", "/v1/leases/pull", .worker, "{}")
        house.close(exchange)
        #expect(endedPulls(house).isEmpty)
        house.reply(.leased([Samples.leased()]))
        #expect(undelivered(house) == [[Samples.token(1)]])
    }

    // MARK: Long polls that run out

    @Test func `a pull that has waited long enough is ended and answers with nothing`() {
        let house = House()
        let (exchange, id) = pull(house)
        #expect(house.service.nextDeadline == 25_000)
        house.tick(at: 24_999)
        #expect(endedPulls(house).isEmpty)
        house.tick(at: 25_000)
        #expect(endedPulls(house) == [id])
        #expect(house.response(exchange) == nil)
        house.commit([(id, .leased([]), nil), (house.commands[1].id, .done, nil)])
        #expect(house.response(exchange)?.text == #"{"jobs":[]}"#)
        #expect(house.responses.count == 1)
    }

    @Test func `an end that crosses the leases changes nothing`() {
        let house = House()
        let (exchange, id) = pull(house)
        house.tick(at: 25_000)
        house.commit([(id, .leased([Samples.leased()]), nil)])
        #expect(house.response(exchange)?.text.contains(Samples.job1Text) == true)
        house.reply(.done)
        #expect(house.responses.count == 1)
    }

    @Test func `the end's reply before the pull's own in one batch changes nothing`() {
        let house = House()
        let (exchange, id) = pull(house)
        house.tick(at: 25_000)
        house.commit([
            (house.commands[1].id, .done, nil), (id, .leased([Samples.leased()]), nil),
        ])
        #expect(house.response(exchange)?.text.contains(Samples.job1Text) == true)
        #expect(house.responses.count == 1)
    }

    @Test func `a pull that the store has forgotten is answered when it is ended`() {
        let house = House()
        let (exchange, id) = pull(house)
        house.tick(at: 25_000)
        house.commit([(house.commands[1].id, .done, nil)])
        #expect(house.response(exchange)?.text == #"{"jobs":[]}"#)
        house.commit([(id, .leased([]), nil)])
        #expect(house.responses.count == 1)
    }

    @Test func `a pull is ended once, though its peer goes after its time`() {
        let house = House()
        let (exchange, id) = pull(house)
        house.tick(at: 25_000)
        house.close(exchange)
        #expect(endedPulls(house) == [id])
    }

    @Test func `a pull that was served has no deadline left`() {
        let house = House()
        let (_, id) = pull(house)
        house.commit([(id, .leased([Samples.leased()]), nil)])
        #expect(house.service.nextDeadline == nil)
        house.tick(at: 1_000_000)
        #expect(house.commands.isEmpty)
    }

    // MARK: Batches that fail

    @Test func `a failed batch is 503 storage_unavailable and says that nothing is known`() {
        let house = House()
        let exchange = house.send("POST", "/v1/jobs", .tenant, #"{"kind":"a"}"#)
        house.fail([house.commands[0].id])
        #expect(house.response(exchange)?.status == 503)
        #expect(house.response(exchange)?["code"] == "storage_unavailable")
        #expect(house.response(exchange)?.header("Retry-After") == "1")
    }

    @Test func `a pull without wait that the store kept past its batch is told of the failure`() {
        let house = House()
        let pull = house.send("POST", "/v1/leases/pull", .worker)
        // Its batch had done its share and committed without an answer for it.
        house.commit([])
        house.fail([], forgottenUpTo: house.commands[0].id)
        #expect(house.response(pull)?.status == 503)
    }

    @Test func `pulls that were parked before a failed batch are told too, later ones wait on`() {
        let house = House()
        let before = pull(house)
        house.send("POST", "/v1/jobs", .tenant, #"{"kind":"a"}"#)
        let submit = house.commands[1].id
        let after = pull(house)
        house.fail([submit])
        #expect(house.response(before.exchange)?.status == 503)
        #expect(house.response(after.exchange) == nil)
        #expect(house.responses.count == 2)
        house.commit([(after.id, .leased([]), nil)])
        #expect(house.response(after.exchange)?.status == 200)
    }

    @Test func `a failed batch of nothing but chores forgets the parked pulls too`() {
        let house = House()
        let (exchange, id) = pull(house)
        house.fail([], forgottenUpTo: id)
        #expect(house.response(exchange)?.status == 503)
    }

    @Test func `a failed batch asks nothing of those who are gone, and ends nothing twice`() {
        let house = House()
        let (exchange, id) = pull(house)
        house.close(exchange)
        house.fail([id, house.commands[1].id])
        #expect(house.responses.isEmpty && house.commands.isEmpty)
        house.tick(at: house.real + 10_000)
        #expect(house.commands.isEmpty && house.service.nextDeadline == nil)
    }

    @Test func `the end of a pull that the store refused is sent again`() {
        let house = House()
        let (exchange, id) = pull(house)
        house.tick(at: 25_000)
        house.refuse([house.commands[1].id], .overloaded)
        #expect(endedPulls(house).isEmpty)
        #expect(house.service.nextDeadline == 25_500)
        house.tick(at: 25_500)
        #expect(endedPulls(house) == [id])
        #expect(house.service.nextDeadline == nil)
        house.commit([(id, .leased([]), nil), (house.commands[1].id, .done, nil)])
        #expect(house.response(exchange)?.text == #"{"jobs":[]}"#)
    }

    @Test func `leases are given back again when the batch failed that did it`() {
        let house = House()
        let (exchange, id) = pull(house)
        house.commit([(id, .leased([Samples.leased()]), nil)])
        house.close(exchange)
        house.fail([house.commands[0].id])
        #expect(undelivered(house).isEmpty)
        house.tick(at: house.real + 500)
        #expect(undelivered(house) == [[Samples.token(1)]])
    }

    @Test(arguments: [Refusal.overloaded, .storageUnavailable])
    func `a command that was not looked at is 503`(refusal: Refusal) {
        let house = House()
        let exchange = house.send("POST", "/v1/jobs", .tenant, #"{"kind":"a"}"#)
        house.refuse([house.commands[0].id], refusal)
        #expect(house.response(exchange)?.status == 503)
        #expect(house.service.exchangeCount == 0)
    }

    @Test func `a move of the clock that was refused is 503`() {
        let house = House(hasTestClock: true)
        let exchange = house.send("POST", "/v1/test/clock", .admin, #"{"advance":"1d"}"#)
        house.refuse([house.clockMoves[0].id], .storageUnavailable)
        #expect(house.response(exchange)?["code"] == "storage_unavailable")
    }

    @Test func `a peer that goes before its reply is not answered`() {
        let house = House()
        house.close(house.send("POST", "/v1/jobs", .tenant, #"{"kind":"a"}"#))
        house.reply(.enqueued([.job(Samples.job())], isReplay: false))
        #expect(house.responses.isEmpty && house.service.exchangeCount == 0)
    }

    // MARK: Bounds

    @Test func `what may wait for the store is bounded by weight`() {
        let house = House()
        let jobs = [String](repeating: #"{"kind":"a"}"#, count: 1_000).joined(separator: ",")
        let acme = ["Weir-Tenant": "acme"]
        for _ in 0..<40 {
            house.send("POST", "/v1/jobs/batch", .admin, #"{"jobs":[\#(jobs)]}"#, headers: acme)
        }
        #expect(house.commands.count == 40 && house.responses.isEmpty)
        let refused = house.call("POST", "/v1/jobs", .tenant, #"{"kind":"a"}"#)
        #expect(refused?.status == 503)
        #expect(refused?["code"] == "overloaded")
        #expect(refused?.header("Retry-After") == "1")
        // An eighth is for the operator alone.
        house.fail(house.commands.prefix(5).map(\.id))
        #expect(house.call("POST", "/v1/jobs", .tenant, #"{"kind":"a"}"#)?.status == 503)
        house.fail([house.commands[0].id])
        house.send("POST", "/v1/jobs", .tenant, #"{"kind":"a"}"#)
        #expect(house.commands.count == 35)
    }

    @Test func `what may wait for the reader is bounded`() {
        let house = House()
        for _ in 0..<Limits.queuedQueriesMax { house.send("GET", "/v1/jobs", .admin) }
        #expect(house.call("GET", "/v1/jobs", .tenant)?["code"] == "overloaded")
        let ofOperator = Limits.queuedQueriesMax / 8
        for _ in 0..<ofOperator + 2 { house.answerQuery(.jobPage([], next: nil)) }
        house.send("GET", "/v1/jobs", .tenant)
        #expect(house.responses.count == 1 + ofOperator + 2)
    }

    @Test func `the reader has a few queries at a time, and none that nobody waits for`() {
        let house = House()
        let sent = (0...Limits.queriesAtReaderMax + 1).map { _ in
            house.send("GET", "/v1/jobs", .tenant)
        }
        #expect(house.queries.count == Limits.queriesAtReaderMax)
        house.close(sent[Limits.queriesAtReaderMax])
        for _ in 0...Limits.queriesAtReaderMax { house.answerQuery(.jobPage([], next: nil)) }
        // One was closed, and never read.
        #expect(house.responses.count == Limits.queriesAtReaderMax + 1)
        #expect(house.queries.isEmpty)
    }

    @Test func `parked pulls have a bound of their own and do not crowd out others`() {
        let house = House()
        for _ in 0..<Limits.ticketsMax { house.send("POST", "/v1/leases/pull", .worker, waiting) }
        let refused = house.call("POST", "/v1/leases/pull", .worker, waiting)
        #expect(refused?.status == 503)
        #expect(refused?["detail"]?.contains("20000 pulls") == true)
        house.send("POST", "/v1/jobs", .tenant, #"{"kind":"a"}"#)
        #expect(house.commands.count == Limits.ticketsMax + 1)
    }

    // MARK: Draining

    @Test func `a draining server refuses new requests and keeps its health pages`() {
        let house = House()
        house.service.drain()
        let refused = house.call("POST", "/v1/jobs", .tenant, #"{"kind":"a"}"#)
        #expect(refused?.status == 503)
        #expect(refused?["code"] == "draining")
        #expect(refused?.header("Retry-After") == "5")
        #expect(house.call("GET", "/healthz", nil)?.status == 200)
        let ready = house.call("GET", "/readyz", nil)
        #expect(ready?.status == 503)
        #expect(ready?["reason"] == "the server is shutting down")
        #expect(house.commands.isEmpty)
    }

    @Test func `draining ends parked pulls and waits at once`() {
        let house = House()
        let (puller, id) = pull(house)
        let waiter = house.send("GET", "/v1/jobs/\(Samples.job1Text)?wait=30", .tenant)
        house.answerQuery(.job(Samples.job(state: .running)))
        house.service.drain()
        house.collect()
        #expect(endedPulls(house) == [id])
        house.commit([(id, .leased([]), nil), (house.commands[1].id, .done, nil)])
        house.answerQuery(.job(Samples.job(state: .running)))
        #expect(house.response(puller)?.text == #"{"jobs":[]}"#)
        #expect(house.response(waiter)?["state"] == "running")
        #expect(house.service.exchangeCount == 0 && house.service.nextDeadline == nil)
    }

    @Test func `draining finishes what is under way`() {
        let house = House()
        let submit = house.send("POST", "/v1/jobs", .tenant, #"{"kind":"a"}"#)
        let waiter = house.send("GET", "/v1/jobs/\(Samples.job1Text)?wait=30", .tenant)
        house.service.drain()
        house.reply(.enqueued([.job(Samples.job())], isReplay: false))
        house.answerQuery(.job(Samples.job(state: .running)))
        house.answerQuery(.job(Samples.job(state: .running)))
        #expect(house.response(submit)?.status == 201)
        #expect(house.response(waiter)?["state"] == "running")
        #expect(house.service.exchangeCount == 0)
    }

    @Test func `queries carry the time, the day and the plans of the moment`() {
        let house = House()
        house.now = house.now.advanced(by: 5_000)
        house.send("GET", "/v1/jobs", .tenant)
        #expect(house.queries[0].now == house.now)
        #expect(house.queries[0].day == House.day)
        #expect(house.queries[0].catalog == .standard)
    }
}
