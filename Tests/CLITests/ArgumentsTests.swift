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

    private func complaint(
        _ words: [String], _ environment: [String: String] = [:]
    ) -> String? {
        do throws(Arguments.UsageError) {
            _ = try parse(words, environment)
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
        (["a", "b", "c"], "does not take 'c'"), (["name", "--data="], "--data needs a value"),
        (["name", "--data", ""], "--data needs a value"), ([""], "got NAME as an empty text"),
        (["name", ""], "got MORE as an empty text"),
        (["name", "--data", "a", "--data", "b"], "--data is given twice, as 'a' and as 'b'"),
    ])
    func `a mistake is named, with what was meant`(words: [String], part: String) {
        #expect(complaint(words)?.contains(part) ?? false, "\(complaint(words) ?? "no complaint")")
    }

    @Test func `a flag may be repeated as it is, and may differ from its variable`() throws {
        #expect(try parse(["name", "--data", "a", "--data=a"]).value("data") == "a")
        let arguments = try parse(["name", "--data", "a"], ["SAMPLE_DATA": "b"])
        #expect(arguments.value("data") == "a")
        #expect(arguments.source("data") == "--data")
    }

    @Test(arguments: ["maybe", "2", "YES", " "])
    func `a variable that stands for a switch says yes or no`(value: String) {
        let complaint = complaint(["name"], ["SAMPLE_DEMO": value])
        #expect(complaint?.hasPrefix("SAMPLE_DEMO is '\(value)'") ?? false)
    }

    @Test func `a variable that cannot be is named, and not its flag`() throws {
        let arguments = try parse(["name"], ["SAMPLE_DATA": "x"])
        #expect(arguments.source("data") == "SAMPLE_DATA")
        let error = #expect(throws: Arguments.UsageError.self) {
            _ = try arguments.integer("data", in: 1...9)
        }
        #expect(error?.message.hasPrefix("SAMPLE_DATA takes a whole number") ?? false)
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
}
