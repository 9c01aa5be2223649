import Glibc
import Testing

@Suite struct `The store beside the model` {
    /// `WEIR_SEEDS=1-5000` walks further than every run does.
    private static let seeds: ClosedRange<UInt64> = {
        guard let text = getenv("WEIR_SEEDS").map({ String(cString: $0) }) else { return 1...40 }
        let ends = text.split(separator: "-").compactMap { UInt64($0) }
        return ends.count == 2 && ends[0] <= ends[1] ? ends[0]...ends[1] : 1...40
    }()

    @Test(arguments: seeds)
    func `both say the same to everything`(seed: UInt64) throws {
        var walk = RandomWalk(seed: seed)
        let difference = try walk.run(steps: 250, seed: seed)
        #expect(difference == nil, "\(difference ?? "")")
    }
}
