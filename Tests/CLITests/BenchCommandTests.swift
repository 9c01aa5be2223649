import Bench
import Testing

@testable import CLI

@Suite struct `The flags of weir bench` {
    private func options(_ words: [String]) throws -> BenchOptions {
        try BenchCommand.options(
            try Arguments(words, for: BenchCommand.command) { _ in nil })
    }

    @Test func `no word means every row in both columns, three times`() throws {
        let options = try options([])
        #expect(options.rows == BenchRow.allCases)
        #expect(options.columns == BenchColumn.allCases)
        #expect(options.runs == 3)
        #expect(options.seconds == 5)
        #expect(!options.isJSON)
    }

    @Test func `rows are run in the order in which they are named, each once`() throws {
        let options = try options([
            "pull-32", "submit", "pull-32", "--runs", "1", "--seconds", "0.2", "--column=large",
            "--data", "/var/tmp", "--commit", "abc", "--json",
        ])
        #expect(options.rows == [.pullMany, .submit])
        #expect(options.columns == [.large])
        #expect(options.runs == 1)
        #expect(options.seconds == 0.2)
        #expect(options.folder == "/var/tmp")
        #expect(options.commit == "abc")
        #expect(options.isJSON)
    }

    @Test(arguments: [
        ["sumbit"], ["--column", "wide"], ["--seconds", "0"], ["--seconds", "soon"],
        ["--seconds", "nan"], ["--runs", "0"], ["--runs", "101"], ["quota", "--column", "small"],
        ["submit", "--beanstalkd", "11300"], ["--column", "small", "--beanstalkd", "11300"],
    ])
    func `what cannot be measured is refused`(words: [String]) {
        #expect(throws: Arguments.UsageError.self) { _ = try options(words) }
    }
}
