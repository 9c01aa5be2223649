import Core
import Testing

@Suite struct `Whatever happens to a tenant` {
    private static let partCount = 10
    private static let historiesPerPart = 1_000
    private static let stepCount = 200

    @Test(arguments: 0..<partCount)
    func `its accounts keep what the rules say in 10,000 histories`(part: Int) {
        var counts = [Int](repeating: 0, count: History.Step.allCases.count)
        for number in 0..<Self.historiesPerPart {
            let seed = UInt64(part * Self.historiesPerPart + number)
            // Drawing plans takes as long as some steps: ten histories share them.
            let plans = HistoryPlans(seed: seed / 10)
            var history = History(seed: seed, plans: plans)
            for step in 0..<Self.stepCount {
                do {
                    try history.step()
                } catch {
                    Issue.record("seed \(seed), step \(step): \(error)")
                    return
                }
            }
            for (index, count) in history.counts.enumerated() { counts[index] += count }
        }
        // Nothing was left out by chance: each kind of step did something in every other history.
        for step in History.Step.allCases {
            #expect(counts[step.rawValue] > Self.historiesPerPart / 2, "\(step)")
        }
    }
}
