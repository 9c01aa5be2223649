import PowerCuts
import Testing

@testable import CLI

@Suite struct `What is said of power cuts` {
    private static func report(cuts: Int, faults: [CutRun.Fault] = []) -> CutRun.Report {
        var report = CutRun.Report()
        report.tally.cuts = cuts
        report.faults = faults
        return report
    }

    @Test func `a loss ends in failure, and says how it is seen again`() {
        let fault = CutRun.Fault(seed: 17, sentence: "seed 17, after 3 cuts: job 5 is not there")
        let told = PowerCutsCommand.tell(Self.report(cuts: 3, faults: [fault]))
        #expect(told.code != .ok)
        #expect(told.lines.first == "FAULT seed 17, after 3 cuts: job 5 is not there")
        #expect(told.lines.dropFirst().first?.contains("--seed 17 --cuts 10") == true)
        #expect(told.lines.last?.hasSuffix("something was lost") == true)
    }

    @Test func `many that met nothing end in failure`() {
        let told = PowerCutsCommand.tell(Self.report(cuts: 1_000))
        #expect(told.code != .ok)
        #expect(told.lines.last?.contains("never met: cuts in a recovery, kills") == true)
    }

    @Test func `a few that met nothing say so`() {
        let told = PowerCutsCommand.tell(Self.report(cuts: 10))
        #expect(told.code == .ok)
        #expect(told.lines.last?.contains("too few to have met cuts in a recovery") == true)
    }
}
