import Core
import Testing

@Suite struct SharesTests {
    @Test func `one that shares has as much as it leaves to all others`() {
        var shares = Shares(of: 100)
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
        var shares = Shares(of: 10)
        shares.count(6, of: "a")
        #expect(shares.room(for: 1, of: "a") == .shareTaken)
        shares.count(-2, of: "a")
        #expect(shares.room(for: 1, of: "a") == .free)
        shares.count(-4, of: "a")
        #expect(shares.total == 0 && shares.room(for: 10, of: "a") == .free)
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
