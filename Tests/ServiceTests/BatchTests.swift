import Core
import HTTP
import Service
import Store
import Testing

@Suite struct BatchTests {
    private let two = #"{"jobs":[{"kind":"email.send"},{"kind":"email.send"}]}"#

    @Test func `each job of a batch is answered in order`() {
        let response = House().call(
            "POST", "/v1/jobs/batch", .tenant, two,
            reply: .enqueued(
                [.job(Samples.job()), .refused(.quotaExceeded(Samples.submitRefusal))],
                isReplay: false))
        #expect(response?.status == 200)
        let text = response?.text ?? ""
        #expect(text.hasPrefix(#"{"results":[{"job":\#(Samples.jobJSON)},{"error":{"title":"#))
        #expect(text.contains(#""status":402"#) && text.contains(#""code":"quota_exceeded""#))
        #expect(!text.contains(#""type":"/errors"#))
    }

    @Test func `the jobs reach the store in order and as one command`() throws {
        let house = House()
        house.send(
            "POST", "/v1/jobs/batch", .tenant, #"{"jobs":[{"kind":"a"},{"kind":"b","priority":1}]}"#
        )
        guard case .enqueue(let enqueue) = house.commands[0].command else { throw Unexpected() }
        #expect(enqueue.jobs.map(\.kind) == ["a", "b"])
        #expect(enqueue.jobs.map(\.priority) == [5, 1])
    }

    static let wrong: [(body: String, path: String, says: String)] = [
        ("{}", "$.jobs", "missing"),
        (#"{"jobs":null}"#, "$.jobs", "found null"),
        (#"{"jobs":{}}"#, "$.jobs", "expected a list, found an object"),
        (#"{"jobs":[]}"#, "$.jobs", "1 to 1000 elements, found 0"),
        (#"{"jobs":[5]}"#, "$.jobs[0]", "expected an object, found 5"),
        (#"{"jobs":[{"kind":"a"},{}]}"#, "$.jobs[1].kind", "missing"),
        (
            #"{"jobs":[{"kind":"a"},{"kind":"b"},{"kind":"c"},{"kind":7}]}"#, "$.jobs[3].kind",
            "found 7"
        ),
        (#"{"jobs":[{"kind":"a","backoff":{"base":-1}}]}"#, "$.jobs[0].backoff.base", "found -1"),
        (#"{"jobs":[{"kind":"a","tags":["x",1]}]}"#, "$.jobs[0].tags[1]", "found 1"),
        (#"{"jobs":[{"kind":"a"}],"atomic":true}"#, "$.atomic", "not a known field"),
        (#"{"jobs":[{"kind":"a"}],"jobs":[]}"#, "$.jobs", "there twice"),
    ]

    @Test(arguments: wrong.indices)
    func `a wrong batch is 422 as a whole, with the path`(row: Int) {
        let (body, path, says) = BatchTests.wrong[row]
        let house = House()
        let response = house.call("POST", "/v1/jobs/batch", .tenant, body)
        #expect(response?.status == 422)
        #expect(response?["errors"]?.contains(#"{"path":"\#(path)","message":""#) == true)
        #expect(response?["detail"]?.contains(says) == true, "\(response?["detail"] ?? "")")
        #expect(house.commands.isEmpty)
    }

    @Test func `a thousand jobs are a batch and one more is told with its number`() {
        func body(_ count: Int) -> String {
            let jobs = [String](repeating: #"{"kind":"a"}"#, count: count)
            return #"{"jobs":[\#(jobs.joined(separator: ","))]}"#
        }
        let house = House()
        house.send("POST", "/v1/jobs/batch", .tenant, body(1_000))
        #expect(house.commands.count == 1)
        let response = house.call("POST", "/v1/jobs/batch", .tenant, body(1_001))
        #expect(response?.status == 422)
        #expect(response?["detail"]?.contains("found 1001") == true)
    }

    @Test func `a payload that is too large fails its own job only`() throws {
        let large = String(repeating: "x", count: Limits.payloadBytesPlanMax)
        let body = #"""
            {"jobs":[{"kind":"a","payload":"\#(large)"},{"kind":"b"},
            {"kind":"c","payload":"\#(large)"}]}
            """#
        let house = House()
        let exchange = house.send("POST", "/v1/jobs/batch", .tenant, body)
        guard case .enqueue(let enqueue) = house.commands[0].command else { throw Unexpected() }
        #expect(enqueue.jobs.map(\.kind) == ["b"])
        house.reply(.enqueued([.job(Samples.job())], isReplay: false))
        let text = house.response(exchange)?.text ?? ""
        let parts = text.split(separator: #"{"job":"#)
        #expect(parts.count == 2)
        #expect(parts[0].contains("$.jobs[0].payload") && parts[0].contains("too_large"))
        #expect(parts[1].contains("$.jobs[2].payload"))
    }

    @Test func `a batch of nothing but large payloads never reaches the store`() {
        let large = String(repeating: "x", count: Limits.payloadBytesPlanMax)
        let house = House()
        let response = house.call(
            "POST", "/v1/jobs/batch", .tenant, #"{"jobs":[{"kind":"a","payload":"\#(large)"}]}"#)
        #expect(response?.status == 200)
        #expect(response?.text.contains(#""status":413"#) == true)
        #expect(house.commands.isEmpty)
    }

    @Test func `a refusal for its kind names the place in the batch`() {
        let response = House().call(
            "POST", "/v1/jobs/batch", .tenant, two,
            reply: .enqueued(
                [.job(Samples.job()), .refused(.tooManyKinds("email.send", max: 64))],
                isReplay: false))
        #expect(response?.text.contains(#""path":"$.jobs[1].kind""#) == true)
        #expect(response?.text.contains("64") == true)
    }

    @Test func `a replayed batch shows the jobs as they are now`() throws {
        let house = House()
        let exchange = house.send(
            "POST", "/v1/jobs/batch", .tenant, two, headers: ["Idempotency-Key": "k"])
        house.reply(
            .enqueued(
                [.replayed(JobID(rawValue: 1)), .replayed(JobID(rawValue: 2))], isReplay: true))
        guard case .jobs(let ids, tenant: "acme") = house.queries[0].query else {
            throw Unexpected()
        }
        #expect(ids == [JobID(rawValue: 1), JobID(rawValue: 2)])
        house.answerQuery(.jobs([Samples.job(1, state: .succeeded), nil]))
        let response = house.response(exchange)
        #expect(response?.status == 200)
        #expect(response?.header("Idempotency-Replayed") == "true")
        #expect(response?.text.contains(#""state":"succeeded""#) == true)
        #expect(response?.text.contains("job_0000000000002") == true)
        #expect(response?.text.contains("deleted since") == true)
    }
}
