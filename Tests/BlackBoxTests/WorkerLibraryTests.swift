import Glibc
import Testing

/// The program of docs/worker-library.md, for the real server.
@Suite(.serialized) struct `A worker made with the library` {
    /// Jobs that a worker says it has done, from its log.
    private static func done(_ work: WorkProcess, _ ids: [String]) -> Set<String> {
        let lines = work.log.split(separator: "\n").filter { $0.contains("job.succeeded") }
        return Set(ids.filter { id in lines.contains { $0.contains("\"\(id)\"") } })
    }

    /// Which of the jobs the example has done: its log is another's than the shell program's.
    private static func doneInSwift(_ house: House, _ ids: [String]) throws -> Set<String> {
        Set(
            try ids.filter { id in
                try house.call(as: "acme", "GET", "/v1/jobs/\(id)/logs").text.contains("from Swift")
            })
    }

    @Test func `does the jobs of a shell program beside it, each once, with equal results`() throws
    {
        let house = try House(tenants: [("acme", "enterprise")], flags: [])
        let shell = try WorkProcess(house, jobs: JobsFolder.samples, flags: ["--runners", "4"])
        let swift = try WorkProcess(example: house)
        var ids: [String] = []
        // One at a time they take turns, once both wait for work.
        while ids.count < 200 {
            let id = try house.submit(job: #"{"kind":"hello","payload":{"name":"you"}}"#)
            ids.append(id)
            _ = try house.ended(id)
            let inSwift = try Self.doneInSwift(house, ids).count
            if inSwift > 1, ids.count - inSwift > 1 { break }
        }
        // And many at once.
        let list = (0..<120).map { #"{"kind":"hello","payload":{"name":"you \#($0 % 7)"}}"# }
        let batch = try house.call(
            as: "acme", "POST", "/v1/jobs/batch",
            #"{"jobs":[\#(list.joined(separator: ","))]}"#)
        let more = batch.text.components(of: #""id":""#)
        try #require(more.count == 120, "\(batch.text)")
        for (number, id) in more.enumerated() {
            let job = try house.ended(id)
            #expect(job["state"] == "succeeded" && job["attempt"] == "1", "\(job.text)")
            #expect(job["result.greeting"] == "Hello, you \(number % 7)!", "\(job.text)")
        }
        ids += more
        for work in [shell, swift] { work.signal(SIGTERM) }
        #expect(shell.waitForEnd() == 0, "\(shell.log)")
        #expect(swift.waitForEnd() == 0, "\(swift.log)")
        // Each says what it has done itself, the one in its own log, the other in the jobs'.
        let inShell = Self.done(shell, ids)
        let inSwift = try Self.doneInSwift(house, ids)
        #expect(inShell.isDisjoint(with: inSwift))
        #expect(inShell.union(inSwift) == Set(ids))
        #expect(!inShell.isEmpty && !inSwift.isEmpty)
        print("side by side: \(inShell.count) by the shell program, \(inSwift.count) in Swift")
    }

    @Test func `does what its page shows`() throws {
        let house = try House(tenants: [("acme", "enterprise")], flags: [])
        let work = try WorkProcess(example: house)
        let bad = try house.submit(job: #"{"kind":"hello","payload":{"name":7}}"#)
        let none = try house.submit(job: #"{"kind":"hello"}"#)
        let slow = try house.submit(job: #"{"kind":"slow","payload":{"seconds":1}}"#)
        let tokens = try house.submit(job: #"{"kind":"tokens","payload":{"text":"four"}}"#)
        let less = try house.submit(job: #"{"kind":"slow","payload":{"seconds":-1}}"#)
        let dead = try house.ended(bad)
        #expect(dead["state"] == "dead" && dead["error.type"] == "bad_payload", "\(dead.text)")
        #expect(try house.ended(none)["result.greeting"] == "Hello, world!")
        let slept = try house.ended(slow)
        #expect(slept["result.slept"] == "1", "\(slept.text)")
        #expect(slept["progress.message"] == "second 0 of 1", "\(slept.text)")
        #expect(try house.ended(less)["result.slept"] == "0")
        #expect(try house.ended(tokens)["result.tokens"] == "2")
        work.signal(SIGTERM)
        #expect(work.waitForEnd() == 0, "\(work.log)")
        #expect(work.log.contains("its usage is not counted"), "\(work.log)")
    }

    @Test func `ends a job that is canceled, and drains without a loss`() throws {
        let house = try House(tenants: [("acme", "enterprise")], flags: [])
        let work = try WorkProcess(example: house)
        let long = try house.submit(job: #"{"kind":"slow","payload":{"seconds":3000}}"#)
        try house.wait(long, for: "running")
        // There is room for one of them.
        let next = try house.submit(job: #"{"kind":"slow","payload":{"seconds":2}}"#)
        _ = try house.call(as: "acme", "POST", "/v1/jobs/\(long)/cancel")
        #expect(try house.ended(long)["state"] == "canceled")
        try house.wait(next, for: "running")
        work.signal(SIGTERM)
        #expect(work.waitForEnd() == 0, "\(work.log)")
        let job = try house.call(as: "acme", "GET", "/v1/jobs/\(next)")
        #expect(job["state"] == "succeeded" && job["attempt"] == "1", "\(job.text)")
    }

    @Test func `says why it may not work`() throws {
        let house = try House(flags: [])
        let unknown = try WorkProcess(example: house, key: "weir_worker_unknown")
        #expect(unknown.waitForEnd() == 1)
        #expect(unknown.log.contains("The server lets this key do no work"), "\(unknown.log)")
        let without = try WorkProcess(example: house, key: "")
        #expect(without.waitForEnd() == 1)
        #expect(without.log.contains("set WEIR_KEY"), "\(without.log)")
    }

    @Test func `waits for a server that is away`() throws {
        let folder = "/tmp/weir-box-away-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        var house: House? = try House(
            tenants: [("acme", "enterprise")], flags: [], folder: folder)
        let first = try #require(house)
        let work = try WorkProcess(example: first)
        let id = try first.submit(job: #"{"kind":"slow","payload":{"seconds":2}}"#)
        try first.wait(id, for: "running")
        let port = first.server.port
        let key = first.key("acme")
        first.server.signal(SIGKILL)
        first.server.waitForEnd()
        house = nil
        work.waitForLine("the server does not answer")
        let again = try ServerProcess(folder: folder, flags: [], listen: port)
        let client = try RawClient(port: again.port)
        client.ask("GET", "/v1/jobs/\(id)?wait=60", key: key, body: "")
        let job = try client.answer()
        #expect(job["state"] == "succeeded" && job["attempt"] == "1", "\(job.text)")
        work.waitForLine("the server answers again")
        work.signal(SIGTERM)
        #expect(work.waitForEnd() == 0, "\(work.log)")
    }
}

extension String {
    /// What stands between `start` and the next quotation mark, each time.
    fileprivate func components(of start: String) -> [String] {
        var found: [String] = []
        var rest = self[...]
        while let opening = rest.firstRange(of: start) {
            rest = rest[opening.upperBound...]
            found.append(String(rest.prefix { $0 != "\"" }))
        }
        return found
    }
}
