import API
import Core
import Store
import Testing

@testable import Service

@Suite struct AskedWorkTests {
    @Test func `nobody is told that nothing was asked for while that may have been forgotten`() {
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
        // Of what was forgotten nobody says that it was not asked for.
        #expect(wasAsked(0) && wasAsked(count - 1))
        let later = Int64(count) + Limits.workforceMilliseconds
        asked.asked(Pull(kinds: ["late"]), at: later)
        for (kind, expected) in [("late", true), ("kind0", false), ("kind\(count - 1)", false)] {
            let sought = WorkSought(kind: kind, queue: "default", tenant: "acme")
            #expect(asked.silence(of: sought, at: later).wasAsked == expected, "\(kind)")
        }
    }

    @Test func `what was asked for long ago makes room for what is asked now`() {
        var asked = AskedWork()
        asked.began(at: 0)
        for number in 0..<Limits.askedQuestionsMax {
            asked.asked(Pull(kinds: ["kind\(number)"]), at: 0)
        }
        let now = Limits.workforceMilliseconds
        asked.asked(Pull(kinds: ["new"]), at: now)
        let sought = WorkSought(kind: "kind0", queue: "default", tenant: "acme")
        #expect(asked.silence(of: sought, at: now).wasAsked == false)
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
