import Core
import Testing

@Suite struct `Rank and random numbers` {
    private let noon = Timestamp(milliseconds: 1_795_608_000_000)

    @Test func `the more urgent of two jobs of one moment comes first`() {
        for priority in 0..<9 {
            #expect(
                Rank.of(readyAt: noon, priority: priority)
                    < Rank.of(readyAt: noon, priority: priority + 1))
        }
    }

    @Test func `priority 9 of nine minutes ago beats priority 0 of now`() {
        let urgent = Rank.of(readyAt: noon, priority: 0)
        #expect(Rank.of(readyAt: noon.adding(-9 * 60_000 - 1), priority: 9) < urgent)
        #expect(Rank.of(readyAt: noon.adding(-9 * 60_000), priority: 9) == urgent)
        #expect(Rank.of(readyAt: noon.adding(-9 * 60_000 + 1), priority: 9) > urgent)
    }

    @Test func `within a priority the earlier job comes first`() {
        let earlier = Rank.of(readyAt: noon, priority: 5)
        #expect(earlier < Rank.of(readyAt: noon.adding(1), priority: 5))
    }

    @Test(
        arguments: [
            (
                0,
                [
                    0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F,
                    0xF88B_B8A8_724C_81EC,
                ]
            ),
            (
                1_234_567,
                [
                    6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                    4_593_380_528_125_082_431,
                ]
            ),
        ] as [(UInt64, [UInt64])])
    func `a seed begins with the published numbers of SplitMix64`(seed: UInt64, first: [UInt64]) {
        var random = Random(seed: seed)
        #expect(first.map { _ in random.next() } == first)
    }
}
