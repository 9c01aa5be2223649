import Simulate
import Testing

/// A few short seeds in the ordinary test run; `scripts/test` runs hundreds of long ones.
@Suite struct `The simulator` {
    private func run(_ seeds: [UInt64], commands: Int) throws -> SeedRun.Report {
        try SeedRun(seeds: seeds, commandsMax: commands, threads: 2).run(stopAtFault: true)
    }

    @Test func `finds nothing in a few short seeds`() throws {
        let report = try run(Array(1...4), commands: 300)
        #expect(report.verdicts.count == 4)
        #expect(report.faults.map(\.fault) == [])
    }

    @Test func `does the same thing twice`() throws {
        let first = try run([7, 8], commands: 200)
        let second = try run([7, 8], commands: 200)
        #expect(first.verdicts.map(\.hash) == second.verdicts.map(\.hash))
        #expect(first.verdicts[0].hash != first.verdicts[1].hash)
    }

    @Test func `names the marks that nobody hit`() {
        var coverage = Coverage()
        coverage.note(.killed)
        #expect(coverage.missing.count == Mark.allCases.count - 1)
        #expect(!coverage.missing.contains("killed"))
    }
}
