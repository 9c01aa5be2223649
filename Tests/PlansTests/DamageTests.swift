import Core
import Plans
import Testing

@Suite struct `Damaged plan files` {
    @Test(arguments: 0..<10)
    func `whatever is done to the bytes, they are read or refused`(seed: UInt64) throws {
        let whole = try #require(Checkout.bytes("fixtures/plans.json"))
        var random = Random(seed: seed)
        var refused = 0
        for _ in 0..<1_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &random) { damage(&bytes, &random) }
            if let drafts = try? PlanFile.read(bytes, environment: { _ in nil }) {
                for draft in drafts {
                    // What was taken can be made a catalog, stored and read again.
                    let plan = Plan(id: draft.id, terms: draft.terms)
                    #expect(try PlanText.read(draft.text) { _ in nil } == plan.terms)
                }
                #expect(
                    PlanCatalog(drafts.map { Plan(id: $0.id, terms: $0.terms) }).free.id == "free")
            } else {
                refused += 1
            }
        }
        #expect((500..<1_000).contains(refused), "\(refused) were refused")
    }

    private func damage(_ bytes: inout [UInt8], _ random: inout Random) {
        guard let at = bytes.indices.randomElement(using: &random) else { return }
        let end = min(bytes.count, at + Int.random(in: 1...40, using: &random))
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[at] = UInt8.random(in: 0...255, using: &random)
        case 2: bytes.removeSubrange(at..<end)
        case 3: bytes.insert(contentsOf: bytes[at..<end], at: at)
        case 4: digit(&bytes, at, &random)
        default:
            let other = Int.random(in: 0..<bytes.count, using: &random)
            bytes.swapAt(at, other)
        }
    }

    /// Puts another number where the next one stands.
    private func digit(_ bytes: inout [UInt8], _ at: Int, _ random: inout Random) {
        let isDigit = { (byte: UInt8) in (48...57).contains(byte) }
        guard let start = bytes[at...].firstIndex(where: isDigit) else { return }
        let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
        let numbers = [
            "0", "-1", "1e3", "9223372036854775807", "9223372036854775808", "1e400", "0.5",
            "9007199254740991", "null", "\"7\"", "1000000", "01", "[]",
        ]
        bytes.replaceSubrange(
            start..<end, with: Array((numbers.randomElement(using: &random) ?? "0").utf8))
    }

    @Test func `a file cut anywhere is refused`() throws {
        let whole = try #require(Checkout.bytes("fixtures/plans.json"))
        for length in 0..<whole.count - 2 {
            let faults = Sample.faults(Array(whole[..<length]))
            try #require(faults.count == 1 && faults[0].hasPrefix("is not JSON: line "))
        }
    }
}
