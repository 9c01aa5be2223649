import Core
import Testing

@Suite struct `How far limits are enforced` {
    @Test func `raising the percentage only adds tenants`() {
        for bucket: Int64 in 0..<100 {
            let modes = (0...100).map {
                Enforcement(mode: .enforce, percent: $0).mode(bucket: bucket)
            }
            let observed = modes.prefix { $0 == .observe }
            #expect(observed.count == Int(bucket) + 1)
            #expect(modes.dropFirst(observed.count).allSatisfy { $0 == .enforce })
        }
    }

    @Test(arguments: 0...100 as ClosedRange<Int64>)
    func `so many buckets of a hundred are enforced upon as the percentage says`(percent: Int64) {
        let enforcement = Enforcement(mode: .enforce, percent: percent)
        let count = (0..<100).filter { enforcement.mode(bucket: $0) == .enforce }.count
        #expect(count == Int(percent))
    }

    @Test(
        arguments: [(.off, .off), (.observe, .observe)]
            as [(
                Enforcement.Mode, Enforcement.Mode
            )])
    func `off and observe are the same for every tenant`(
        mode: Enforcement.Mode, wanted: Enforcement.Mode
    ) {
        for percent: Int64 in [0, 50, 100] {
            let enforcement = Enforcement(mode: mode, percent: percent)
            #expect((0..<100).allSatisfy { enforcement.mode(bucket: $0) == wanted })
        }
    }

    @Test func `full enforcement leaves nobody out`() {
        #expect((0..<100).allSatisfy { Enforcement.full.mode(bucket: $0) == .enforce })
    }

    @Test func `a tenant's bucket decides whether its terms are enforced`() {
        var visit = Visit(enforcement: Enforcement(mode: .enforce, percent: 30))
        visit.facts.bucket = 29
        #expect(visit.terms.mode == .enforce)
        #expect(visit.terms.isEnforced)
        visit.facts.bucket = 30
        #expect(visit.terms.mode == .observe)
        #expect(!visit.terms.isEnforced)
        var terms = visit.terms
        terms.change(
            visit.facts, catalog: visit.catalog,
            enforcement: Enforcement(mode: .enforce, percent: 31))
        #expect(terms.isEnforced)
    }

    @Test func `modes have the names of the documentation`() {
        #expect(Enforcement.Mode.allCases.map(\.name) == ["off", "observe", "enforce"])
    }
}
