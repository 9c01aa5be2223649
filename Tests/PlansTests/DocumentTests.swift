import Core
import Plans
import Testing

@Suite struct `The page on plans` {
    private let text = Checkout.text("docs/plans.md")

    /// The blocks that begin with this fence.
    private func blocks(_ fence: String) -> [String] {
        text.split(separator: "```\(fence)\n").dropFirst().compactMap {
            $0.split(separator: "\n```").first.map(String.init)
        }
    }

    @Test func `its examples are taken`() throws {
        let examples = blocks("json")
        #expect(!examples.isEmpty)
        for example in examples { #expect(Sample.faults(example) == []) }
    }

    @Test func `its mistakes are told as it says`() {
        let mistakes = blocks("json mistakes")
        #expect(mistakes.count == 1)
        let told = blocks("faults").joined().split(separator: "\n").map(String.init)
        #expect(Sample.faults(mistakes.joined()) == told)
    }

    @Test func `it has a row for every field`() {
        let fields = [
            "plans", "kinds", "id", "name", "rank", "prices", "limits", "costs", "features",
            "max_running", "weight", "rate", "max_held", "max_waiting", "max_payload",
            "retention_days", "period", "limit", "cap", "type", "overage_price", "thresholds",
            "amount", "currency", "price_env", "lookup_key", "starts", "per", "burst",
        ]
        for field in fields { #expect(text.contains("\n| `\(field)` | "), "\(field)") }
    }

    @Test func `its bounds are those of the program`() {
        let bounds: [Int64] = [
            Int64(Limits.payloadBytesPlanMax), Int64(Limits.payloadBytesMax),
            Limits.retentionDaysMax, Limits.waitingMaxDefault, Limits.planWeightMax,
            Limits.amountMax / Metric.computeSeconds.unitsPerShown,
        ]
        for bound in bounds { #expect(text.contains(grouped(bound)), "\(bound)") }
        #expect(text.contains("| 1 to \(Limits.plansMax) |"))
        #expect(text.contains("\(Limits.metricsMax) metrics in all plans together"))
        #expect(text.contains("\(Limits.thresholdsMax) of 1 to \(grouped(1_000))"))
    }

    /// A number with commas between thousands.
    private func grouped(_ number: Int64) -> String {
        guard number >= 1_000 else { return "\(number)" }
        let rest = "\(number % 1_000)"
        let zeros = String(repeating: "0", count: 3 - rest.utf8.count)
        return grouped(number / 1_000) + "," + zeros + rest
    }
}
