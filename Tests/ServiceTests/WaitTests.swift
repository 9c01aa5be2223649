import Core
import HTTP
import Service
import Store
import Testing

@Suite struct WaitTests {
    private let path = "/v1/jobs/\(Samples.job1Text)?wait=30"

    @Test func `waiting for a job that has ended answers at once`() {
        let response = House().call(
            "GET", path, .tenant, rows: .job(Samples.job(state: .succeeded)))
        #expect(response?["state"] == "succeeded")
    }

    @Test func `a wait ends with the job and shows it as it is then`() {
        let house = House()
        let exchange = house.send("GET", path, .tenant)
        house.answerQuery(.job(Samples.job(state: .running)))
        #expect(house.response(exchange) == nil)
        #expect(house.service.nextDeadline == 35_000)
        house.commit([], ended: [Samples.job1])
        house.answerQuery(.job(Samples.job(state: .succeeded)))
        #expect(house.response(exchange)?["state"] == "succeeded")
        #expect(house.service.nextDeadline == nil)
    }

    @Test func `a job that ended between the read and the wait is not missed`() {
        let house = House()
        let exchange = house.send("GET", path, .tenant)
        house.commit([], ended: [Samples.job1])
        house.answerQuery(.job(Samples.job(state: .running)))
        #expect(house.queries.count == 1)
        house.answerQuery(.job(Samples.job(state: .dead)))
        #expect(house.response(exchange)?["state"] == "dead")
    }

    @Test func `an end that the read has seen does not wake again`() {
        let house = House()
        house.commit([], ended: [Samples.job1])
        house.send("GET", path, .tenant)
        house.answerQuery(.job(Samples.job(state: .running)))
        #expect(house.queries.isEmpty)
        #expect(house.service.nextDeadline == 35_000)
    }

    @Test func `a wait reads again when so much ended since that the end may be forgotten`() {
        let house = House()
        let exchange = house.send("GET", path, .tenant)
        for batch in 0..<10 {
            house.commit(
                [], ended: (0..<1_000).map { JobID(rawValue: Int64(batch * 1_000 + $0 + 10)) })
        }
        house.answerQuery(.job(Samples.job(state: .running)))
        #expect(house.queries.count == 1)
        house.answerQuery(.job(Samples.job(state: .running)))
        #expect(house.queries.isEmpty && house.response(exchange) == nil)
    }

    @Test func `a wait that runs out shows the job as it is`() {
        let house = House()
        let exchange = house.send("GET", path, .tenant)
        house.answerQuery(.job(Samples.job(state: .ready)))
        house.tick(at: 34_999)
        #expect(house.queries.isEmpty)
        house.tick(at: 35_000)
        house.answerQuery(.job(Samples.job(state: .running)))
        #expect(house.response(exchange)?["state"] == "running")
        #expect(house.responses.count == 1)
    }

    @Test func `a wait keeps its end over several reads`() {
        let house = House()
        house.send("GET", path, .tenant)
        house.answerQuery(.job(Samples.job(state: .running)))
        house.commit([], ended: [Samples.job1])
        house.answerQuery(.job(Samples.job(state: .running)))
        #expect(house.service.nextDeadline == 35_000)
    }

    @Test func `everybody who waits for a job is told`() {
        let house = House()
        let exchanges = (0..<3).map { _ in house.send("GET", path, .tenant) }
        for _ in exchanges { house.answerQuery(.job(Samples.job(state: .running))) }
        house.commit([], ended: [JobID(rawValue: 9), Samples.job1])
        for _ in exchanges { house.answerQuery(.job(Samples.job(state: .succeeded))) }
        #expect(exchanges.allSatisfy { house.response($0)?.status == 200 })
        #expect(house.service.exchangeCount == 0)
    }

    @Test func `a peer that goes while it waits is forgotten`() {
        let house = House()
        let exchange = house.send("GET", path, .tenant)
        house.answerQuery(.job(Samples.job(state: .running)))
        house.close(exchange)
        house.commit([], ended: [Samples.job1])
        #expect(house.queries.isEmpty && house.responses.isEmpty)
        #expect(house.service.nextDeadline == nil && house.service.exchangeCount == 0)
    }

    @Test func `a peer that goes while its query runs is forgotten`() {
        let house = House()
        house.close(house.send("GET", path, .tenant))
        house.answerQuery(.job(Samples.job(state: .running)))
        #expect(house.responses.isEmpty && house.service.nextDeadline == nil)
    }

    @Test(arguments: ["61", "-1", "x", "2m", ""])
    func `a wait beyond a minute, or that is none, is 422`(wait: String) {
        let response = House().call("GET", "/v1/jobs/\(Samples.job1Text)?wait=\(wait)", .tenant)
        #expect(response?.status == 422)
        #expect(response?["detail"]?.contains("0s to 1m, found '\(wait)'") == true)
    }

    @Test func `the wait is on real time, whatever the test clock says`() {
        let house = House()
        house.now = house.now.advanced(by: 86_400_000 * 31)
        house.send("GET", path, .tenant)
        house.answerQuery(.job(Samples.job(state: .running)))
        #expect(house.service.nextDeadline == 35_000)
    }
}
