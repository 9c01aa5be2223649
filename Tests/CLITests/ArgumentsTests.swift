import Testing

@testable import CLI

@Suite struct `What a command is called with` {
    private static let command = Command(
        name: "sample", arguments: "NAME [MORE]", summary: "A sample.", argumentsMin: 1,
        argumentsMax: 2,
        options: [
            Option("data", "DIR", environment: "SAMPLE_DATA", "a folder"),
            Option("limit", "N", "a number"), Option(flag: "force", "a switch"),
            Option(flag: "demo", environment: "SAMPLE_DEMO", "a switch"),
        ],
        run: { _ in .ok })

    private func parse(
        _ words: [String], _ environment: [String: String] = [:]
    ) throws(Arguments.UsageError) -> Arguments {
        try Arguments(words, for: Self.command) { environment[$0] }
    }

    private func complaint(_ words: [String]) -> String? {
        do throws(Arguments.UsageError) {
            _ = try parse(words)
            return nil
        } catch {
            return error.message
        }
    }

    @Test func `flags and words may come in any order`() throws {
        let arguments = try parse(["--data", "d", "name", "--force", "more"])
        #expect(arguments.positionals == ["name", "more"])
        #expect(arguments.value("data") == "d")
        #expect(arguments.has("force"))
        #expect(!arguments.has("demo"))
    }

    @Test func `a value may follow an equals sign, and may hold one`() throws {
        #expect(try parse(["name", "--data=a=b"]).value("data") == "a=b")
        #expect(try parse(["name", "--data="]).value("data") == "")
    }

    @Test func `two dashes end the flags`() throws {
        #expect(try parse(["--", "--force"]).positionals == ["--force"])
    }

    @Test func `the environment speaks where a flag is silent`() throws {
        let environment = ["SAMPLE_DATA": "e", "SAMPLE_DEMO": "1"]
        #expect(try parse(["name"], environment).value("data") == "e")
        #expect(try parse(["name", "--data", "d"], environment).value("data") == "d")
        #expect(try parse(["name"], environment).has("demo"))
        #expect(try !parse(["name"], ["SAMPLE_DEMO": "0"]).has("demo"))
        #expect(try parse(["name"], ["SAMPLE_DATA": ""]).value("data") == nil)
    }

    @Test(arguments: [
        (["name", "--dta", "x"], "did you mean '--data'?"), (["name", "--frce"], "'--force'?"),
        (["name", "--lim", "1"], "'--limit'?"), (["name", "--zzzzzz"], "has no flag '--zzzzzz'"),
        (["name", "--data"], "--data needs a value: --data DIR"),
        (["name", "--data", "--force"], "--data needs a value: --data DIR"),
        (["name", "--force=1"], "--force takes no value"), ([], "needs NAME"),
        (["a", "b", "c"], "does not take 'c'"),
    ])
    func `a mistake is named, with what was meant`(words: [String], part: String) {
        #expect(complaint(words)?.contains(part) ?? false, "\(complaint(words) ?? "no complaint")")
    }

    @Test func `numbers are checked against their range`() throws {
        #expect(try parse(["name", "--limit", "5"]).integer("limit", in: 1...9) == 5)
        #expect(try parse(["name"]).integer("limit", in: 1...9) == nil)
        for text in ["0", "10", "x", "1.5", ""] {
            #expect(throws: Arguments.UsageError.self) {
                _ = try parse(["name", "--limit=\(text)"]).integer("limit", in: 1...9)
            }
        }
    }

    @Test(arguments: [
        ("data", "data", 0), ("dta", "data", 1), ("adta", "data", 1), ("", "abc", 3),
        ("kitten", "sitting", 3),
    ])
    func `spelling counts edits`(left: String, right: String, distance: Int) {
        #expect(Spelling.distance(left, right) == distance)
        #expect(Spelling.distance(right, left) == distance)
    }
}
