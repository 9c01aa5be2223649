import PowerCuts
import Testing

/// Many more are for the program with optimisation: `scripts/prove`.
@Suite struct `Power cuts` {
    @Test(arguments: 0..<4)
    func `nothing that was answered is lost`(group: UInt64) throws {
        let seeds = (1...10).map { 10 * group + $0 }
        let report = try CutRun(seeds: seeds, cutsEach: 10, threads: 1).run()
        #expect(report.faults.isEmpty, "\(report.faults)")
        #expect(report.tally.cuts >= 100)
        #expect(report.tally.promises > report.tally.cuts)
    }

    @Test func `a run tells what it never met`() throws {
        let report = try CutRun(seeds: [1], cutsEach: 1, threads: 1).run()
        #expect(report.faults.isEmpty, "\(report.faults)")
        #expect(!report.missing.isEmpty)
    }
}
