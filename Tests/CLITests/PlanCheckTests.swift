import JSON
import Testing

@testable import CLI

@Suite struct `Checking a file of plans` {
    private let good = """
        {"plans":[
        {"id":"pro","name":"Pro","rank":1,"limits":{"jobs":{"limit":100,"overage_price":"0.05"},
        "compute_seconds":{"limit":3600},"tokens":{"limit":null}},"features":["video","ai"],
        "max_running":10,"weight":2,"max_held":1000,"rate":{"starts":100,"per":"1m"},
        "prices":{"month":{"amount":"49.00","currency":"usd","price_env":"PRICE"}}},
        {"id":"free","name":"Free","rank":0,"limits":{"jobs":{"limit":10,"cap":"soft"}}}]}
        """

    private func check(_ text: String, _ environment: [String: String] = [:]) -> PlanCheck {
        PlanCheck(Array(text.utf8)) { environment[$0] }
    }

    @Test func `each plan has a line, the least first`() {
        let check = check(good, ["PRICE": "price_1"])
        let lines = check.lines(file: "plans.json")
        let words = lines.map { $0.split(separator: " ").joined(separator: " ") }
        #expect(check.code == .ok)
        #expect(
            words == [
                "plan rank name jobs other limits held running rate weight prices features",
                "free 0 Free 10 soft - 100 - - 1 - -",
                "pro 1 Pro 100 +0.05 compute_seconds 3600, tokens unlimited 1000 10 100 in 1m 2"
                    + " 49 usd/month ai, video",
                "plans.json: 2 plans, no mistakes",
            ])
    }

    @Test func `a variable that is unset is told and is no mistake`() {
        let check = check(good)
        #expect(check.code == .ok)
        #expect(
            check.lines(file: "-").contains(
                "PRICE is unset: the price that names it cannot be bought"))
    }

    @Test func `each mistake has a line`() {
        let check = check("{\"plans\":[],\"a\\nb\":1}")
        #expect(check.code == .failed)
        #expect(
            check.lines(file: "plans.json") == [
                "plans: expected 1 to 100 elements, found 0",
                "[\"a\\u{a}b\"]: is not a known field; the fields here are plans, kinds",
                "plans.json: 2 mistakes",
            ])
    }

    @Test func `what is wrong with the whole file names it`() {
        #expect(
            check("{").lines(file: "p.json") == [
                "p.json: is not JSON: line 1, column 2: the text ends before the value does",
                "p.json: 1 mistake",
            ])
    }

    @Test func `programs get the same as JSON`() throws {
        let answer = try JSONDocument(validating: check(good).json)
        #expect(answer.member(answer.root, "ok").flatMap(answer.bool) == true)
        let plans = try #require(answer.member(answer.root, "plans"))
        #expect(answer.elements(of: plans).compactMap { answer.member($0, "id") }.count == 2)
        #expect(
            answer.member(answer.root, "unset").map { Array(answer.raw($0)) }
                == Array("[\"PRICE\"]".utf8))
        #expect(
            String(decoding: check("[]").json, as: UTF8.self)
                == "{\"ok\":false,\"mistakes\":[{\"path\":\"\",\"message\":\"expected an object"
                + " such as {\\\"plans\\\":[…]}, found a list\"}],\"more\":0}")
    }
}
