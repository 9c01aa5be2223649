import Core
import Testing

@Suite struct SharesTests {
    @Test func `one that shares has as much as it leaves to all others`() {
        var shares = Shares<String>(of: 100)
        while shares.room(for: 1, of: "a") == .free { shares.count(1, of: "a") }
        #expect(shares.total == 50)
        #expect(shares.room(for: 1, of: "a") == .shareTaken)
        while shares.room(for: 1, of: "b") == .free { shares.count(1, of: "b") }
        #expect(shares.total == 75)
        #expect(shares.room(for: 25, of: "c") == .free)
        #expect(shares.room(for: 26, of: "c") == .none)
        #expect(shares.room(for: 25, of: nil) == .free)
        shares.count(25, of: nil)
        #expect(shares.room(for: 1, of: nil) == .none)
        #expect(shares.room(for: 1, of: "c") == .none)
        #expect(shares.room(for: 1, of: "a") == .shareTaken)
    }

    @Test func `what is given back is for whoever has least`() {
        var shares = Shares<Int>(of: 10)
        shares.count(6, of: 1)
        #expect(shares.room(for: 1, of: 1) == .shareTaken)
        shares.count(-2, of: 1)
        #expect(shares.room(for: 1, of: 1) == .free)
        shares.count(-4, of: 1)
        #expect(shares.total == 0 && shares.room(for: 10, of: 1) == .free)
    }

    @Test func `however many ask, one more is let in`() {
        var shares = Shares<Int>(of: 1 << 12)
        for owner in 0..<10 {
            while shares.room(for: 1, of: owner) == .free { shares.count(1, of: owner) }
            #expect(shares.room(for: 1, of: owner + 1) == .free)
        }
    }
}
