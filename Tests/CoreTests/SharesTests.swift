import Core
import Testing

@Suite struct SharesTests {
    @Test func `one that shares has as much as it leaves to all others`() {
        // An eighth of it is for who shares with nobody.
        var shares = Shares(of: 80)
        while shares.room(for: 1, of: "a") == .free { shares.count(1, of: "a") }
        #expect(shares.total == 35)
        #expect(shares.room(for: 1, of: "a") == .shareTaken)
        while shares.room(for: 1, of: "b") == .free { shares.count(1, of: "b") }
        #expect(shares.total == 35 + 17)
        #expect(shares.room(for: 9, of: "c") == .free)
        #expect(shares.room(for: 10, of: "c") == .none)
        #expect(shares.room(for: 28, of: nil) == .free)
        shares.count(28, of: nil)
        #expect(shares.room(for: 1, of: nil) == .none)
        #expect(shares.room(for: 1, of: "c") == .none)
        #expect(shares.room(for: 1, of: "a") == .none)
        #expect(shares.room(for: 0, of: "a") == .free)
    }

    @Test func `one that takes much at once leaves as much as one that takes little`() {
        var shares = Shares(of: 80)
        #expect(shares.room(for: 36, of: "a") == .none)
        #expect(shares.room(for: 35, of: "a") == .free)
        shares.count(20, of: "a")
        #expect(shares.room(for: 16, of: "a") == .shareTaken)
        #expect(shares.room(for: 51, of: "a") == .none)
        #expect(shares.room(for: 15, of: "a") == .free)
        #expect(shares.room(for: 60, of: nil) == .free)
        #expect(shares.room(for: 61, of: nil) == .none)
    }

    @Test func `what is given back is for whoever has least`() {
        var shares = Shares(of: 16)
        shares.count(7, of: "a")
        #expect(shares.room(for: 1, of: "a") == .shareTaken)
        shares.count(-2, of: "a")
        #expect(shares.room(for: 1, of: "a") == .free)
        shares.count(-5, of: "a")
        #expect(shares.total == 0 && shares.room(for: 7, of: "a") == .free)
    }

    @Test func `however many ask, one more is let in`() {
        var shares = Shares(of: 1 << 12)
        for number in 0..<10 {
            let (owner, next) = ("\(number)", "\(number + 1)")
            while shares.room(for: 1, of: owner) == .free { shares.count(1, of: owner) }
            #expect(shares.room(for: 1, of: next) == .free)
        }
    }
}
