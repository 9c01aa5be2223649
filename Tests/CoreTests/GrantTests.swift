import Core
import Testing

@Suite struct `Grants` {
    private static let soon = Sample.noon.adding(1_000)
    private static let later = Sample.noon.adding(2_000)

    /// In the order in which they are used.
    private static let ordered = [
        Sample.grant(9, 1, expiresAt: soon, priority: 1),
        Sample.grant(5, 1, expiresAt: soon, priority: 2),
        Sample.grant(6, 1, expiresAt: soon, priority: 2),
        Sample.grant(1, 1, expiresAt: later, priority: -3),
        Sample.grant(4, 1, expiresAt: later),
        Sample.grant(8, 1, priority: -1),
        Sample.grant(2, 1),
        Sample.grant(3, 1),
    ]

    @Test func `the earliest end is used first, then the priority, then the id`() {
        for (index, grant) in Self.ordered.enumerated() {
            for (other, second) in Self.ordered.enumerated() {
                #expect(grant.isUsedBefore(second) == (index < other))
            }
        }
    }

    @Test func `a tenant's grants stand in that order however they come`() {
        var random = Random(seed: 3)
        for _ in 0..<100 {
            let shuffled = Self.ordered.shuffled(using: &random)
            #expect(Visit(grants: shuffled).terms.grants == Self.ordered)
            var terms = Visit().terms
            for grant in shuffled { terms.put(grant) }
            #expect(terms.grants == Self.ordered)
        }
    }

    @Test(
        arguments: [
            (.pending, 1, true, false), (.inForce, 1, true, true), (.inForce, 0, false, false),
            (.pending, 0, false, false), (.expired, 1, false, false), (.revoked, 1, false, false),
        ] as [(Grant.State, Int64, Bool, Bool)])
    func `a grant is open until it is over and usable while in force`(
        state: Grant.State, remaining: Int64, isOpen: Bool, isUsable: Bool
    ) {
        let grant = Sample.grant(1, remaining, state: state)
        #expect(grant.isOpen == isOpen)
        #expect(grant.isUsable == isUsable)
        var terms = Visit().terms
        terms.put(grant)
        #expect(terms.grants == (isOpen ? [grant] : []))
        #expect(terms.account(of: .jobs, usage: .none).grants == (isUsable ? [grant] : []))
    }

    @Test func `what is put again takes the place of what was`() {
        var terms = Visit(grants: [Sample.grant(1, 5), Sample.grant(2, 7)]).terms
        terms.put(Sample.grant(1, 4))
        #expect(terms.grants == [Sample.grant(1, 4), Sample.grant(2, 7)])
        terms.put(Sample.grant(1, 0))
        #expect(terms.grants == [Sample.grant(2, 7)])
        terms.put(Sample.grant(1, 5))
        #expect(terms.grants == [Sample.grant(1, 5), Sample.grant(2, 7)])
        terms.put(Sample.grant(2, 7, state: .revoked))
        #expect(terms.grants == [Sample.grant(1, 5)])
    }

    @Test func `a grant counts for its own metric`() {
        let visit = Visit(grants: [Sample.grant(1, 5), Sample.grant(2, 7, of: Sample.calls)])
        #expect(visit.account(of: .jobs).grantLeft == 5)
        #expect(visit.account(of: Sample.calls).grantLeft == 7)
    }

    @Test func `states have the names of the documentation`() {
        #expect(
            Grant.State.allCases.map(\.name) == ["pending", "in_force", "expired", "revoked"])
    }
}
