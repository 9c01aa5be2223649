import Core
import Testing

@Suite struct `Thresholds` {
    private func crossed(
        _ account: Account, by amount: Int64
    ) -> [Int64] {
        account.thresholdsCrossed(to: account.adding(account.report(of: amount)))
    }

    @Test(
        arguments: [
            (0, 79, []), (0, 80, [80]), (79, 1, [80]), (80, 1, []), (80, 14, []), (80, 15, [95]),
            (94, 1, [95]), (94, 6, [95, 100]), (0, 100, [80, 95, 100]), (99, 1, [100]),
            (100, 1, []), (0, 0, []), (80, 0, []), (0, 1_000, [80, 95, 100]), (200, 50, []),
        ] as [(Int64, Int64, [Int64])])
    func `all that one charge crosses are told of, least first`(
        used: Int64, amount: Int64, wanted: [Int64]
    ) {
        #expect(crossed(.of(.units(100), Usage(plan: used)), by: amount) == wanted)
    }

    @Test(
        arguments: [
            (.of(.units(100), Usage(plan: 100), cap: .soft), 20, [120]),
            (.of(.units(100), Usage(plan: 100), cap: .soft), 19, []),
            (.of(.units(100), cap: .soft), 500, [80, 95, 100, 120]),
            (.of(.units(100), Usage(plan: 100), overageMax: 100), 20, [120]),
            (.of(.units(100), Usage(plan: 100, overage: 19), overageMax: 20), 1, [120]),
            (.of(.units(100), Usage(plan: 119)), 1, []),
        ] as [(Account, Int64, [Int64])])
    func `past the limit is told of where work goes on past it`(
        account: Account, amount: Int64, wanted: [Int64]
    ) {
        #expect(crossed(account, by: amount) == wanted)
    }

    @Test func `a limit that is no multiple of a hundred is not rounded`() {
        // 80 % of 7 are 5.6, 95 % are 6.65.
        #expect(crossed(.of(.units(7), Usage(plan: 4)), by: 1) == [])
        #expect(crossed(.of(.units(7), Usage(plan: 5)), by: 1) == [80])
        #expect(crossed(.of(.units(7), Usage(plan: 6)), by: 1) == [95, 100])
        #expect(crossed(.of(.units(1)), by: 1) == [80, 95, 100])
    }

    @Test(
        arguments: [
            .of(.units(0)), .of(.units(0), cap: .soft), .of(.unlimited),
            .of(.units(10), isEnforced: false), .of(.units(10), cap: .soft, isEnforced: false),
        ] as [Account])
    func `limits of 0 and none, and those that are not enforced, are never told of`(
        account: Account
    ) {
        #expect(crossed(account, by: 1_000) == [])
    }

    @Test func `grants raise what the percentage is of`() {
        #expect(crossed(.of(.units(10), grants: [90]), by: 79) == [])
        #expect(crossed(.of(.units(10), grants: [90]), by: 80) == [80])
        #expect(crossed(.of(.units(0), grants: [10]), by: 8) == [80])
    }

    @Test func `units that were not enforced do not count as used`() {
        let account = Account.of(.units(10), Usage(plan: 7, unenforced: 50))
        #expect(crossed(account, by: 1) == [80])
    }

    @Test func `a plan's own thresholds are used`() {
        let account = Account.of(.units(10), cap: .soft, thresholds: [10, 50, 150, 1_000])
        #expect(crossed(account, by: 15) == [10, 50, 150])
        #expect(crossed(account, by: 100) == [10, 50, 150, 1_000])
        #expect(crossed(.of(.units(10), thresholds: []), by: 15) == [])
    }

    @Test func `what goes down crosses nothing`() {
        let account = Account.of(.units(10), Usage(plan: 10))
        #expect(account.thresholdsCrossed(to: .of(.units(10), Usage(plan: 2))) == [])
    }

    @Test func `the greatest limit is told of to the unit`() {
        let most = Limits.amountMax
        for threshold: Int64 in [80, 95, 100] {
            let (whole, rest) = most.multipliedReportingOverflow(by: threshold)
            #expect(!rest)
            let due = (whole + 99) / 100
            #expect(crossed(.of(.units(most), Usage(plan: due - 2)), by: 1) == [])
            #expect(crossed(.of(.units(most), Usage(plan: due - 1)), by: 1) == [threshold])
            #expect(crossed(.of(.units(most), Usage(plan: due)), by: 1) == [])
        }
    }

    @Test func `one charge crosses what its parts cross`() {
        var random = Random(seed: 5)
        for _ in 0..<2_000 {
            let limit = Int64.random(in: 1...300, using: &random)
            let start = Account.of(
                .units(limit), Usage(plan: Int64.random(in: 0...300, using: &random)), cap: .soft)
            var (account, parts, sum) = (start, [Int64](), Int64(0))
            for _ in 0..<4 {
                let amount = Int64.random(in: 0...80, using: &random)
                sum += amount
                let after = account.adding(account.report(of: amount))
                parts += account.thresholdsCrossed(to: after)
                account = after
            }
            #expect(crossed(start, by: sum) == parts)
        }
    }
}
