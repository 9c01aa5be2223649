import Core
import Testing

/// An account, a cost, and the charges that are expected of it.
struct SplitRow: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let account: Account
    let amount: Int64
    /// Nil where it does not fit.
    let charges: [Charge]?

    init(_ name: String, _ account: Account, _ amount: Int64, _ charges: [Charge]?) {
        testDescription = name
        self.account = account
        self.amount = amount
        self.charges = charges
    }
}

extension Account {
    /// Ten units, grants 1, 2, … of these sizes, and what else a test is about.
    static func of(
        _ base: Limit = .units(10), _ usage: Usage = .none, grants: [Int64] = [],
        overageMax: Int64 = 0, cap: Cap = .hard, isEnforced: Bool = true,
        metric: Metric = .jobs, thresholds: [Int64] = MetricTerms.standardThresholds
    ) -> Account {
        Account(
            terms: MetricTerms(metric: metric, limit: base, cap: cap, thresholds: thresholds),
            base: base, usage: usage,
            grants: grants.enumerated().map { Sample.grant(Int64($0) + 1, $1, of: metric) },
            overageMax: overageMax, isEnforced: isEnforced)
    }
}

@Suite struct `An account` {
    private static func plan(_ amount: Int64) -> Charge { Charge(source: .plan, amount: amount) }

    private static func grant(_ number: Int64, _ amount: Int64) -> Charge {
        Charge(source: .grant, amount: amount, grant: GrantID(rawValue: number))
    }

    private static func rest(_ source: ChargeSource, _ amount: Int64) -> Charge {
        Charge(source: source, amount: amount)
    }

    @Test(arguments: [
        SplitRow("within the plan", .of(), 4, [plan(4)]),
        SplitRow("what is left of it", .of(.units(10), Usage(plan: 6)), 4, [plan(4)]),
        SplitRow("more than that", .of(.units(10), Usage(plan: 6)), 5, nil),
        SplitRow(
            "plan, then a grant", .of(.units(10), Usage(plan: 8), grants: [3]), 4,
            [plan(2), grant(1, 2)]),
        SplitRow(
            "grants in order", .of(.units(10), Usage(plan: 10), grants: [3, 4, 5]), 5,
            [grant(1, 3), grant(2, 2)]),
        SplitRow(
            "all grants", .of(.units(10), Usage(plan: 10), grants: [3, 4]), 7,
            [grant(1, 3), grant(2, 4)]),
        SplitRow("more than all grants", .of(.units(10), Usage(plan: 10), grants: [3, 4]), 8, nil),
        SplitRow(
            "plan, grants, overage",
            .of(.units(10), Usage(plan: 9), grants: [1, 1], overageMax: 5), 5,
            [plan(1), grant(1, 1), grant(2, 1), rest(.overage, 2)]),
        SplitRow(
            "the last of the overage",
            .of(.units(10), Usage(plan: 10, overage: 4), overageMax: 5), 1, [rest(.overage, 1)]),
        SplitRow(
            "more than the overage",
            .of(.units(10), Usage(plan: 10, overage: 4), overageMax: 5), 2, nil),
        SplitRow(
            "an overage whose cap was lowered",
            .of(.units(10), Usage(plan: 10, overage: 7), overageMax: 5), 1, nil),
        SplitRow("a limit that was lowered", .of(.units(10), Usage(plan: 20)), 1, nil),
        SplitRow(
            "a limit that was lowered, with a grant",
            .of(.units(10), Usage(plan: 20), grants: [2]), 2, [grant(1, 2)]),
        SplitRow("nothing", .of(.units(10), Usage(plan: 11)), 0, []),
        SplitRow(
            "no limit", .of(.unlimited, Usage(plan: 1 << 40), grants: [2], overageMax: 0),
            1 << 40, [plan(1 << 40)]),
        SplitRow("a limit of none", .of(.units(0)), 1, nil),
        SplitRow(
            "soft", .of(.units(10), Usage(plan: 8), cap: .soft), 5,
            [plan(2), rest(.overSoft, 3)]),
        SplitRow(
            "soft, with everything before it",
            .of(.units(10), Usage(plan: 8), grants: [1], overageMax: 1, cap: .soft), 5,
            [plan(2), grant(1, 1), rest(.overage, 1), rest(.overSoft, 1)]),
        SplitRow("soft and within", .of(.units(10), Usage(plan: 8), cap: .soft), 2, [plan(2)]),
        SplitRow(
            "not enforced", .of(.units(10), Usage(plan: 8), isEnforced: false), 5,
            [plan(2), rest(.unenforced, 3)]),
        SplitRow(
            "not enforced: never overage",
            .of(.units(10), Usage(plan: 8), grants: [1], overageMax: 9, isEnforced: false), 5,
            [plan(2), grant(1, 1), rest(.unenforced, 2)]),
        SplitRow(
            "not enforced and soft: never told apart",
            .of(.units(10), Usage(plan: 10), cap: .soft, isEnforced: false), 1,
            [rest(.unenforced, 1)]),
    ])
    func `a cost is split over plan, grants in order and overage, or not admitted`(row: SplitRow) {
        #expect(row.account.admission(of: row.amount) == row.charges)
        #expect((row.account.budget >= row.amount) == (row.charges != nil))
        guard row.charges != nil else { return }
        // What fits is counted alike, whether it is asked before or told after.
        #expect(row.account.report(of: row.amount) == row.charges)
    }

    @Test(arguments: [
        SplitRow("past the plan", .of(.units(10), Usage(plan: 8)), 5, [plan(5)]),
        SplitRow("past a plan that is used up", .of(.units(10), Usage(plan: 10)), 5, [plan(5)]),
        SplitRow("past a limit that was lowered", .of(.units(10), Usage(plan: 30)), 5, [plan(5)]),
        SplitRow(
            "past a grant", .of(.units(10), Usage(plan: 8), grants: [1]), 5,
            [plan(4), grant(1, 1)]),
        SplitRow(
            "past a grant alone", .of(.units(10), Usage(plan: 10), grants: [1]), 3,
            [grant(1, 1), plan(2)]),
        SplitRow(
            "past overage", .of(.units(10), Usage(plan: 10), overageMax: 2), 5,
            [rest(.overage, 2), plan(3)]),
    ])
    func `what was used already and passes a hard limit is the plan's`(row: SplitRow) {
        #expect(row.account.admission(of: row.amount) == nil)
        #expect(row.account.report(of: row.amount) == row.charges)
    }

    /// What an account of ten units says of itself; nil is no bound.
    struct Figures: Hashable {
        var budget: Int64? = nil
        var capacity: Int64? = nil
        var remaining: Int64? = nil
        var shownRemaining: Int64? = nil
        var limit: Int64? = nil
        var inForce: Int64? = nil

        init(of account: Account) {
            budget = account.budget == .max ? nil : account.budget
            capacity = account.capacity == .max ? nil : account.capacity
            remaining = account.remaining
            shownRemaining = account.shownRemaining
            limit = account.limit.units
            inForce = account.inForce
        }

        init(_ figures: [Int64?]) {
            budget = figures[0]
            capacity = figures[1]
            remaining = figures[2]
            shownRemaining = figures[3]
            limit = figures[4]
            inForce = figures[5]
        }
    }

    // In the order budget, capacity, remaining, shown as remaining, limit, in force.
    @Test(
        arguments: [
            (.of(), [10, 10, 10, 10, 10, 10]),
            (.of(.units(10), Usage(plan: 4)), [6, 10, 6, 6, 10, 10]),
            (.of(.units(10), Usage(plan: 25)), [0, 10, 0, 0, 10, 25]),
            (.of(.units(10), Usage(plan: 4), grants: [3, 4]), [13, 17, 13, 13, 17, 17]),
            (.of(.units(10), Usage(plan: 10, grant: 5), grants: [2]), [2, 12, 2, 2, 17, 17]),
            (
                .of(.units(10), Usage(plan: 10, grant: 5, overage: 3), grants: [2], overageMax: 8),
                [7, 20, 7, 2, 17, 25]
            ),
            (
                .of(.units(10), Usage(plan: 10, overage: 9), overageMax: 8),
                [0, 18, 0, 0, 10, 19]
            ),
            (
                .of(.units(10), Usage(plan: 10, overSoft: 6), cap: .soft),
                [nil, nil, 0, 0, 10, 16]
            ),
            (
                .of(.units(10), Usage(plan: 10, unenforced: 6), isEnforced: false),
                [nil, nil, 0, 0, 10, 10]
            ),
            (.of(.unlimited, Usage(plan: 99)), [nil, nil, nil, nil, nil, nil]),
            (.of(.units(0)), [0, 0, 0, 0, 0, 0]),
        ] as [(Account, [Int64?])])
    func `its figures are reckoned from the limit, grants and overage`(
        account: Account, figures: [Int64?]
    ) {
        #expect(Figures(of: account) == Figures(figures))
    }

    @Test func `a hard limit is used up when nothing at all may be used`() {
        #expect(!Account.of(.units(10), Usage(plan: 9)).isUsedUp)
        #expect(Account.of(.units(10), Usage(plan: 10)).isUsedUp)
        #expect(Account.of(.units(10), Usage(plan: 11)).isUsedUp)
        #expect(!Account.of(.units(10), Usage(plan: 10), grants: [1]).isUsedUp)
        #expect(!Account.of(.units(10), Usage(plan: 10), overageMax: 1).isUsedUp)
        #expect(!Account.of(.units(10), Usage(plan: 10), cap: .soft).isUsedUp)
        #expect(!Account.of(.units(10), Usage(plan: 10), isEnforced: false).isUsedUp)
        #expect(Account.of(.units(0)).isUsedUp)
        #expect(!Account.of(.unlimited, Usage(plan: 1 << 50)).isUsedUp)
    }

    @Test func `charges move units from what is left to what is used`() throws {
        let account = Account.of(.units(10), Usage(plan: 9), grants: [2, 5], overageMax: 3)
        let after = account.adding(try #require(account.admission(of: 5)))
        #expect(after.usage == Usage(plan: 10, grant: 4))
        #expect(after.grants == [grantAfter(of: account.grants[1], remaining: 3)])
        #expect(after.limit == account.limit)
        #expect(after.inForce == account.inForce)
        #expect(after.remaining == account.remaining.map { $0 - 5 })
        let last = after.adding(try #require(after.admission(of: 6)))
        #expect(last.usage == Usage(plan: 10, grant: 7, overage: 3))
        #expect(last.grants.isEmpty)
        #expect(last.isUsedUp)
    }

    private func grantAfter(of grant: Grant, remaining: Int64) -> Grant {
        var grant = grant
        grant.remaining = remaining
        return grant
    }

    @Test func `room is what a counter still holds, enforced or not`() {
        #expect(Account.of().room == Limits.amountMax)
        let usage = Usage(plan: 1, grant: 2, overage: 3, overSoft: 4, unenforced: 5)
        #expect(Account.of(.units(10), usage).room == Limits.amountMax - 15)
        #expect(Account.of(.unlimited, Usage(plan: Limits.amountMax)).room == 0)
        #expect(
            Account.of(.unlimited, Usage(plan: Limits.amountMax, unenforced: 9)).room == 0)
    }

    @Test func `figures as great as they may be do not overflow`() throws {
        let most = Limits.amountMax
        let grants = [Int64](repeating: most, count: Limits.grantsPerTenantMax)
        let account = Account.of(.units(most), grants: grants, overageMax: most)
        let all = 2 * most + Int64(grants.count) * most
        #expect(account.remaining == all)
        #expect(account.budget == most)
        #expect(account.capacity == most)
        #expect(account.limit == .units(all - most))
        #expect(account.inForce == all)
        #expect(account.admission(of: most) == [Self.plan(most)])
        #expect(account.admission(of: most + 1) == nil)
        let bare = Account.of(.units(most))
        #expect(bare.thresholdsCrossed(to: bare.adding([Self.plan(most)])) == [80, 95, 100])
        let reported = Account.of(.units(most), Usage(plan: most)).report(of: most)
        #expect(reported == [Self.plan(most)])
    }

    @Test(arguments: [
        Account.of(.unlimited, Usage(plan: Limits.amountMax - 3)),
        Account.of(.units(1), Usage(plan: 1, overSoft: Limits.amountMax - 4), cap: .soft),
        Account.of(.units(1), Usage(unenforced: Limits.amountMax - 3), isEnforced: false),
        Account.of(.units(5), Usage(plan: 2, unenforced: Limits.amountMax - 5), overageMax: 9),
    ])
    func `no more is admitted than the counter has room for`(account: Account) throws {
        #expect(account.room == 3)
        #expect(account.budget == 3)
        #expect(account.admission(of: 4) == nil)
        let full = account.adding(try #require(account.admission(of: 3)))
        #expect(full.room == 0 && full.budget == 0)
        #expect(full.admission(of: 1) == nil)
        #expect(!account.isUsedUp && !full.isUsedUp, "no limit is reached, only the counter full")
    }

    @Test func `a counter with room for any job holds back none that has no limit`() {
        let most = Limits.amountMax - Limits.costMax
        #expect(Account.of(.unlimited, Usage(plan: most)).budget == .max)
        #expect(Account.of(.unlimited, Usage(plan: most + 1)).budget == Limits.costMax - 1)
    }
}
