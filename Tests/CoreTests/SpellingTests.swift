import Core
import Testing

@Suite struct `Guesses at mistyped words` {
    @Test(arguments: [
        ("data", "data", 0), ("dta", "data", 1), ("adta", "data", 1), ("", "abc", 3),
        ("kitten", "sitting", 3),
    ])
    func `spelling counts edits`(left: String, right: String, distance: Int) {
        #expect(Spelling.distance(left, right) == distance)
        #expect(Spelling.distance(right, left) == distance)
    }

    @Test func `the nearest word is guessed, or one that begins so`() {
        let words = ["limit", "limits", "weight", "retention_days"]
        #expect(Spelling.closest(to: "wieght", among: words) == "weight")
        #expect(Spelling.closest(to: "limitz", among: words) == "limit")
        #expect(Spelling.closest(to: "retention", among: words) == "retention_days")
        #expect(Spelling.closest(to: "version", among: words) == nil)
        #expect(Spelling.closest(to: "r", among: words) == nil)
    }
}
