import Core
import HTTP
import Service
import Store
import Testing

/// What workers say beside that they are at work, and what of it is shown.
@Suite struct NewsTests {
    private let one = Samples.token(1)
    private let two = Samples.token(2)
    private let path = "/v1/jobs/\(Samples.job1Text)/logs"

    private func heartbeat(_ body: String) throws -> Heartbeat {
        let house = House()
        house.send("POST", "/v1/leases/heartbeat", .worker, body)
        guard case .heartbeat(let heartbeat) = house.commands.first?.command else {
            throw Unexpected()
        }
        return heartbeat
    }

    @Test func `progress and log reach the store with the lease that they are of`() throws {
        let beat = try heartbeat(
            #"{"leases":[{"token":"\#(one)"},{"token":"\#(two)","log":["a","b\nc"],"#
                + #""progress":{"percent":40.257,"message":"half"}}]}"#)
        #expect(beat.tokens == [one, two])
        #expect(
            beat.news == [
                LeaseNews(
                    item: 1, progress: Progress(hundredths: 4_025, message: "half"),
                    log: ["a", "b", "c"])
            ])
    }

    @Test(arguments: [
        #""progress":{}"#, #""progress":{"percent":null}"#, #""log":[]"#, #""progress":null"#,
    ])
    func `what says nothing costs nothing`(rest: String) throws {
        #expect(try heartbeat(#"{"leases":[{"token":"\#(one)",\#(rest)}]}"#).news == [])
    }

    @Test func `more lines than a heartbeat may bring are refused`() {
        let lines = [String](repeating: "\"\"", count: Limits.logLinesPerHeartbeatMax + 1)
        let response = House().call(
            "POST", "/v1/leases/heartbeat", .worker,
            #"{"leases":[{"token":"\#(one)","log":[\#(lines.joined(separator: ","))]}]}"#)
        #expect(response?.status == 422)
        #expect(response?["errors"]?.contains("$.leases[0].log") == true)
    }

    @Test(arguments: [
        (Progress(hundredths: 4_000, message: "half"), #"{"percent":40,"message":"half"}"#),
        (Progress(hundredths: 4_025, message: nil), #"{"percent":40.25,"message":null}"#),
        (Progress(hundredths: nil, message: "on"), #"{"percent":null,"message":"on"}"#),
    ])
    func `a job shows its progress`(progress: Progress, text: String) {
        var job = Samples.job(state: .running)
        job.progress = progress
        let response = House().call(
            "GET", "/v1/jobs/\(Samples.job1Text)", .tenant, rows: .job(job))
        #expect(response?["progress"] == text)
    }

    // MARK: A program that could not be started

    @Test(arguments: [
        (House.Key.worker, true), (.admin, true), (.queueWorker, true), (.tenantsWorker, false),
        (.acmeWorker, false),
    ])
    func `that a program could not start is believed of the operator's workers alone`(
        key: House.Key, isBelieved: Bool
    ) throws {
        let house = House()
        house.send(
            "POST", "/v1/leases/fail", key,
            #"{"results":[{"token":"\#(one)","could_not_start":true}]}"#)
        guard case .fail(let items) = house.commands.first?.command else { throw Unexpected() }
        #expect(items.map(\.couldNotStart) == [isBelieved])
    }

    // MARK: Logs

    private func page(
        _ texts: [String], hasMore: Bool = false, _ state: JobState = .running
    ) -> Rows {
        let lines = texts.enumerated().map { index, text in
            LogLine(number: Int64(index + 3), at: House.noon, attempt: 2, text: text)
        }
        return .logPage(LogPage(lines: lines, hasMore: hasMore, state: state))
    }

    @Test func `a page shows its lines, and where it goes on`() throws {
        let house = House()
        let exchange = house.send("GET", path + "?after=2&limit=2", .tenant)
        guard case .log(let filter) = house.queries.first?.query else { throw Unexpected() }
        #expect((filter.after, filter.limit, filter.tenant ?? "") == (2, 2, "acme"))
        house.answerQuery(page(["a", "\"b\""], hasMore: true))
        let at = "2026-11-16T12:00:00.000Z"
        #expect(
            house.response(exchange)?.text
                == #"{"items":[{"number":3,"at":"\#(at)","attempt":2,"line":"a"},"#
                + #"{"number":4,"at":"\#(at)","attempt":2,"line":"\"b\""}],"#
                + #""next_cursor":"4","state":"running"}"#)
    }

    @Test func `a log that is not there is 404, an empty one is not`() {
        #expect(House().call("GET", path, .tenant, rows: .logPage(nil))?.status == 404)
        let empty = House().call("GET", path, .tenant, rows: page([]))
        #expect(empty?.text == #"{"items":[],"next_cursor":null,"state":"running"}"#)
    }

    @Test(arguments: ["after=-1", "after=x", "limit=0", "limit=1001", "wait=61", "cursor=1"])
    func `a parameter that is wrong is 422`(query: String) {
        let house = House()
        #expect(house.call("GET", path + "?" + query, .tenant)?.status == 422)
        #expect(house.queries.isEmpty)
    }

    @Test func `who follows is told when the log grows, and when the job ends`() {
        let house = House()
        let exchange = house.send("GET", path + "?wait=30", .tenant)
        house.answerQuery(page([]))
        #expect(house.response(exchange) == nil)
        #expect(house.service.nextDeadline == 35_000)
        house.commit([], logged: [JobID(rawValue: 9), Samples.job1])
        house.answerQuery(page(["x"]))
        #expect(house.response(exchange)?.text.contains(#""line":"x""#) == true)

        let second = house.send("GET", path + "?after=3&wait=30", .tenant)
        house.answerQuery(page([]))
        house.commit([], ended: [Samples.job1])
        house.answerQuery(page([], .succeeded))
        #expect(house.response(second)?["state"] == "succeeded")
        #expect(house.service.exchangeCount == 0)
    }

    @Test func `a line that came between the read and the wait is not missed`() {
        let house = House()
        let exchange = house.send("GET", path + "?wait=30", .tenant)
        house.commit([], logged: [Samples.job1])
        house.answerQuery(page([]))
        #expect(house.queries.count == 1)
        house.answerQuery(page(["x"]))
        #expect(house.response(exchange)?.status == 200)
    }

    @Test func `lines do not wake who waits for the end of the job`() {
        let house = House()
        house.send("GET", "/v1/jobs/\(Samples.job1Text)?wait=30", .tenant)
        house.answerQuery(.job(Samples.job(state: .running)))
        house.commit([], logged: [Samples.job1])
        #expect(house.queries.isEmpty)
    }

    @Test func `who follows a job that has ended does not wait`() {
        let response = House().call(
            "GET", path + "?wait=30", .tenant, rows: page([], .canceled))
        #expect(response?["state"] == "canceled")
    }
}
