import Glibc
import Testing

@Suite struct `weir bench` {
    /// Runs a bench that is over at once, and gives what it wrote and its exit code.
    private static func bench(_ words: String, in folder: String) throws -> (BoxAnswer, Int32) {
        let command = "\(ServerProcess.binary) bench \(words) --data \(folder) 2>/dev/null"
        let pipe = try #require(popen(command, "r"))
        var output: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&part, 1, part.count, pipe), count > 0 {
            output += part[..<count]
        }
        let status = pclose(pipe)
        return (BoxAnswer(head: "", body: output), status >> 8 & 0xFF)
    }

    private static let rows = "submit bulk pull pull-32 memory claim start upgrade"

    @Test func `every row of ten tenants gives its figures, and nothing is left behind`() throws {
        let folder = "/tmp/weir-bench-test-\(getpid())-\(UInt64.random(in: 0...(.max)))"
        try #require(mkdir(folder, 0o700) == 0)
        defer { #expect(rmdir(folder) == 0, "the bench left something in its folder") }
        let (report, code) = try Self.bench(
            "\(Self.rows) --column small --runs 1 --seconds 0.05 --json --commit c0ffee",
            in: folder)
        try #require(code == 0)
        #expect(report["commit"] == "c0ffee")
        #expect(report["machine.cores"].flatMap { Int($0) } ?? 0 > 0)
        // Each row has one figure, those of latency have two.
        #expect(report.count("figures") == 10)
        for index in 0..<10 {
            let row = report["figures.\(index).row"] ?? ""
            #expect(Self.rows.split(separator: " ").contains { $0 == row })
            let median = report["figures.\(index).median"].flatMap { Double($0) }
            #expect(median ?? 0 > 0, "\(row)")
        }
    }

    @Test func `a row that there is not ends with the code for a wrong word`() throws {
        #expect(try Self.bench("sumbit", in: "/tmp").1 == 64)
    }
}
