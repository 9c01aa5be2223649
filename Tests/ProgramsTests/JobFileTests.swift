import Core
import Programs
import Testing

@Suite struct `A job.json` {
    private func read(_ text: String) throws -> JobSettings {
        try JobFile.read(Array(text.utf8))
    }

    @Test func `says all that it may say`() throws {
        let settings = try read(
            #"""
            {"queue":"mail","timeout":"5m","max_attempts":3,
             "backoff":{"type":"fixed","base":30,"jitter":0},"memory_mb":64,
             "env":["API_KEY","LANG"],"concurrency":2,"open_files":64,"processes":8,"disk_mb":10}
            """#)
        var wanted = JobSettings()
        wanted.queue = "mail"
        wanted.timeoutMilliseconds = 300_000
        wanted.attemptsMax = 3
        wanted.backoff = Backoff(
            growth: .fixed, baseMilliseconds: 30_000, maxMilliseconds: 3_600_000,
            jitterPermille: 0)
        wanted.memoryBytes = 64 << 20
        wanted.environment = ["API_KEY", "LANG"]
        wanted.concurrency = 2
        wanted.files = 64
        wanted.processes = 8
        wanted.diskBytes = 10 << 20
        #expect(settings == wanted)
    }

    @Test func `may say nothing`() throws {
        #expect(try read("{}") == JobSettings())
    }

    @Test(arguments: [
        (
            #"{"timeout":"soon"}"#,
            #"timeout takes a time from 1s to 7d, such as 30 or "5m", not "soon""#
        ),
        (#"{"timeout":0}"#, #"timeout takes a time from 1s to 7d, such as 30 or "5m", not 0"#),
        (#"{"concurency":2}"#, "'concurency' is not known; did you mean 'concurrency'?"),
        (#"{"concurrency":0}"#, "concurrency takes a whole number from 1 to 1000, not 0"),
        (#"{"memory_mb":1.5}"#, "memory_mb takes a whole number from 1 to 16777216, not 1.5"),
        (#"{"queue":"a/b"}"#, #"not "a/b""#),
        (#"{"env":["A B"]}"#, "env[0] takes"),
        (#"{"env":["WEIR_JOB_ID"]}"#, "env[0]: 'WEIR_JOB_ID' is set by Weir"),
        (#"{"env":["TMPDIR"]}"#, "env[0]: 'TMPDIR' is set by Weir"),
        (
            #"{"backoff":{"type":"random"}}"#,
            #"backoff.type takes 'exponential' or 'fixed', not "random""#
        ),
        (#"{"timeout":1,"timeout":2}"#, "'timeout' is there twice"),
        ("[]", "has to be an object"),
        ("{", "is not JSON: byte 1"),
    ])
    func `says where it is wrong, and with what`(text: String, words: String) {
        #expect {
            _ = try read(text)
        } throws: { error in
            "\(error)".contains(words)
        }
    }

    @Test func `tells all faults at once`() {
        #expect {
            _ = try read(#"{"timeout":-1,"max_attempts":1000,"x":1}"#)
        } throws: { ($0 as? JobFileError)?.faults.count == 3 }
    }

    @Test func `that is larger than any is refused unread`() {
        let spaces = String(repeating: " ", count: Limits.jobFileBytesMax)
        #expect(throws: JobFileError.self) { try read("{}" + spaces) }
    }
}
