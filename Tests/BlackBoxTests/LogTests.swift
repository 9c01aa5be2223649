import Testing

@Suite struct `The log of a job` {
    @Test func `a job's log, progress and time-out are seen from outside`() throws {
        let house = try House(tenants: [("acme", "pro")])
        let job = try house.call(
            as: "acme", "POST", "/v1/jobs", #"{"kind":"work","timeout":60,"max_attempts":1}"#)
        let id: String = try #require(job["id"])
        let pulled = try house.pull(#"{"lease":3600}"#)
        let token: String = try #require(pulled["jobs.0.lease.token"])
        let beat = try house.call(
            as: nil, "POST", "/v1/leases/heartbeat",
            #"{"leases":[{"token":"\#(token)","progress":{"percent":40,"message":"half"},"#
                + #""log":["one","two"]}]}"#)
        #expect(beat.text.contains(#""state":"extended""#), "\(beat.text)")
        let shown = try house.call(as: "acme", "GET", "/v1/jobs/\(id)")
        #expect(shown.text.contains(#""progress":{"percent":40,"message":"half"}"#))
        _ = try house.call("POST", "/v1/test/clock", #"{"advance":"60s"}"#)
        let over = try house.call(as: "acme", "GET", "/v1/jobs/\(id)")
        #expect(over.text.contains(#""state":"dead""#), "\(over.text)")
        #expect(over.text.contains(#""type":"timeout""#), "\(over.text)")
        let late = try house.call(
            as: nil, "POST", "/v1/leases/complete", #"{"results":[{"token":"\#(token)"}]}"#)
        #expect(late.status == 409 && late.text.contains("lease_expired"), "\(late.text)")
        let call = WeirCall(
            ["jobs", "logs", id, "--follow"],
            environment: [
                "WEIR_URL": "http://127.0.0.1:\(house.server.port)",
                "WEIR_KEY": house.key("acme"),
            ])
        #expect(call.code == 0 && call.text == "one\ntwo\n", "\(call.text)")
    }
}
