import Core
import HTTP
import Service
import Store
import Testing

/// What workers say of an attempt beside its outcome.
@Suite struct ReportTests {
    private let house = House(catalog: Samples.catalog)
    private let one = Samples.token(1)

    private func reports(_ item: String, _ key: House.Key = .worker) -> [AttemptReport] {
        let body = #"{"results":[{"token":"\#(one)",\#(item)}]}"#
        house.send("POST", "/v1/leases/complete", key, body)
        house.send("POST", "/v1/leases/fail", key, body)
        return house.commands.flatMap { envelope -> [AttemptReport] in
            switch envelope.command {
            case .complete(let items): items.map(\.report)
            case .fail(let items): items.map(\.report)
            default: []
            }
        }
    }

    @Test func `usage and run time come with complete and with fail`() {
        var wanted = AttemptReport()
        wanted.usage = [AttemptReport.Amount(metric: Samples.tokens, amount: 1_200)]
        wanted.ranMilliseconds = 12_501
        let found = reports(#""usage":{"llm_tokens":1200},"ran":12.5001"#)
        #expect(found == [wanted, wanted])
    }

    @Test(arguments: [#""usage":null,"ran":null"#, #""usage":{}"#])
    func `nothing said is nothing reported`(item: String) {
        #expect(reports(item) == [.none, .none])
    }

    @Test(arguments: [
        (House.Key.admin, 2_000 as Int64?), (.worker, 2_000), (.queueWorker, 2_000),
        (.tenantsWorker, nil), (.acmeWorker, nil),
    ])
    func `a key that is bound to tenants is not believed`(key: House.Key, ran: Int64?) {
        #expect(reports(#""ran":2"#, key).map(\.ranMilliseconds) == [ran, ran])
    }

    @Test func `no program could not be started as far as HTTP knows`() {
        house.send(
            "POST", "/v1/leases/fail", .worker, #"{"results":[{"token":"\#(one)"}]}"#)
        guard case .fail(let items) = house.commands[0].command else {
            Issue.record("no failure was sent")
            return
        }
        #expect(items.map(\.couldNotStart) == [false])
    }

    @Test(arguments: [
        (#""usage":{"gold":1}"#, "$.results[0].usage.gold", "there are llm_tokens"),
        (#""usage":{"jobs":1}"#, "$.results[0].usage.jobs", "when the job starts"),
        (#""usage":{"compute_seconds":1}"#, "$.results[0].usage.compute_seconds", "\"ran\""),
        (#""usage":{"seats":1}"#, "$.results[0].usage.seats", "PUT /v1/usage/seats"),
        (#""usage":{"llm_tokens":-1}"#, "$.results[0].usage.llm_tokens", "found -1"),
        (#""usage":{"llm_tokens":0.5}"#, "$.results[0].usage.llm_tokens", "found 0.5"),
        (#""usage":{"llm_tokens":null}"#, "$.results[0].usage.llm_tokens", "found null"),
        (#""usage":{"llm_tokens":1,"llm_tokens":1}"#, "$.results[0].usage.llm_tokens", "twice"),
        (#""usage":[1]"#, "$.results[0].usage", "found a list"),
        (#""ran":-1"#, "$.results[0].ran", "found -1"),
        (#""ran":"12s""#, "$.results[0].ran", "a number of seconds"),
    ])
    func `a wrong report is 422 at its place`(item: String, path: String, says: String) {
        for verb in ["complete", "fail"] {
            let response = house.call(
                "POST", "/v1/leases/\(verb)", .worker,
                #"{"results":[{"token":"\#(one)",\#(item)}]}"#)
            #expect(response?.status == 422)
            let errors = response?["errors"] ?? ""
            #expect(errors.contains(#""path":"\#(path)""#), "\(errors)")
            #expect(response?["detail"]?.contains(says) == true, "\(response?["detail"] ?? "")")
        }
        #expect(house.commands.isEmpty)
    }

    @Test func `where no plan names another metric none can be reported`() {
        let response = House().call(
            "POST", "/v1/leases/complete", .worker,
            #"{"results":[{"token":"\#(one)","usage":{"llm_tokens":1}}]}"#)
        #expect(response?["detail"]?.contains("the plans name none") == true)
    }

    @Test func `a run time beyond all measure is as long as any`() {
        #expect(
            reports(#""ran":1e300"#).map(\.ranMilliseconds)
                == [Limits.durationMillisecondsMax, Limits.durationMillisecondsMax])
    }
}
