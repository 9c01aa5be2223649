import API
import Core
import Store
import Testing

@testable import Service

@Suite struct AskedWorkTests {
    @Test func `what was asked for longest ago is forgotten first, and not too much is kept`() {
        var asked = AskedWork()
        asked.began(at: 0)
        let count = Limits.askedQuestionsMax + 1
        for number in 0..<count {
            asked.asked(Pull(kinds: ["kind\(number)"]), at: Int64(number))
        }
        func wasAsked(_ number: Int) -> Bool {
            let sought = WorkSought(kind: "kind\(number)", queue: "default", tenant: "acme")
            return asked.silence(of: sought, at: Int64(count)).wasAsked
        }
        #expect(!wasAsked(0))
        #expect(!wasAsked(count / 2 - 1))
        #expect(wasAsked(count / 2 + 1) && wasAsked(count - 1))
    }

    @Test func `it has been silent for as long as the server serves, at most`() {
        var asked = AskedWork()
        asked.began(at: 1_000)
        asked.began(at: 2_000)
        let sought = WorkSought(kind: "a", queue: "default", tenant: "acme")
        #expect(asked.silence(of: sought, at: 3_000) == (false, 2_000))
        let most = Limits.workforceMilliseconds
        #expect(asked.silence(of: sought, at: most * 3) == (false, most))
    }
}
