import Core
import Programs
import Testing

@Suite struct `What an attempt came to` {
    private func verdict(
        _ cause: ProgramEnd.Cause, stopped: StopReason? = nil, limit: ProgramEnd.Limit = .none,
        said: String = "", errors: String = "", settings: JobSettings = JobSettings()
    ) -> Verdict {
        var channel = JobChannel()
        _ = channel.received(Array(said.utf8))
        var log = JobLog()
        log.received(Array(errors.utf8), on: .errors)
        log.finished()
        return Verdict.decide(
            ProgramEnd(cause, limit: limit), stopped: stopped, channel: channel, log: log,
            kind: settings, text: SystemText(errorText: { "error \($0)" }))
    }

    @Test func `exit 0 succeeds with the last result`() {
        #expect(verdict(.exit(0)) == .succeeded(nil))
        #expect(verdict(.exit(0), said: "{\"result\":7}\n") == .succeeded(Array("7".utf8)))
    }

    @Test func `an error that was said does not turn exit 0 into a failure`() {
        #expect(verdict(.exit(0), said: "{\"error\":{\"message\":\"x\"}}\n") == .succeeded(nil))
    }

    @Test(arguments: [1, 2, 64, 127, 255] as [Int32])
    func `any other code is a failure that is tried again`(code: Int32) {
        let error = WorkError(
            type: "exit_code", message: "exit code \(code): boom", trace: "a\nboom")
        #expect(
            verdict(.exit(code), errors: "a\nboom\n")
                == .failed(error, retry: .byPolicy, isCrash: false))
    }

    @Test func `a file as large as one may be explains a failure, and nothing else`() {
        var settings = JobSettings()
        settings.diskBytes = 5 << 20
        let failed = verdict(.exit(1), limit: .file, errors: "OSError\n", settings: settings)
        let error = WorkError(
            type: "limit_exceeded",
            message: "it made a file of 5 MB, and none may be larger: OSError",
            trace: "OSError")
        #expect(failed == .failed(error, retry: .byPolicy, isCrash: false))
        for code in [65, 75, 78] as [Int32] {
            #expect(verdict(.exit(code), limit: .file) == verdict(.exit(code)))
        }
        let late = StopReason.timedOut(milliseconds: 1_000)
        #expect(verdict(.exit(1), stopped: late, limit: .file) == verdict(.exit(1), stopped: late))
    }

    @Test(arguments: [65, 78] as [Int32])
    func `65 and 78 are final`(code: Int32) {
        let error = WorkError(type: "exit_code", message: "exit code \(code)")
        let wanted = Verdict.failed(error, retry: .never, isCrash: false)
        #expect(verdict(.exit(code)) == wanted)
        #expect(verdict(.exit(code), said: "{\"retry_in\":5}\n") == wanted)
    }

    @Test func `75 comes back after a second at least`() {
        for said in ["0", "0.5", "\"999ms\""] {
            #expect(
                verdict(.exit(75), said: "{\"retry_in\":\(said)}\n")
                    == .released(delayMilliseconds: 1_000))
        }
        var settings = JobSettings()
        settings.backoff = Backoff(
            growth: .fixed, baseMilliseconds: 0, maxMilliseconds: 0, jitterPermille: 0)
        #expect(verdict(.exit(75), settings: settings) == .released(delayMilliseconds: 1_000))
    }

    @Test func `75 comes back later and uses no attempt`() {
        #expect(verdict(.exit(75)) == .released(delayMilliseconds: Limits.snoozeMilliseconds))
        #expect(
            verdict(.exit(75), said: "{\"retry_in\":\"2m\"}\n")
                == .released(delayMilliseconds: 120_000))
        var settings = JobSettings()
        settings.backoff = Backoff(
            growth: .fixed, baseMilliseconds: 5_000, maxMilliseconds: 5_000, jitterPermille: 0)
        #expect(verdict(.exit(75), settings: settings) == .released(delayMilliseconds: 5_000))
    }

    @Test func `a signal is a crash`() {
        let error = WorkError(type: "signal", message: "ended by SIGSEGV")
        #expect(verdict(.signal(11)) == .failed(error, retry: .byPolicy, isCrash: true))
    }

    @Test func `what the program says of its failure counts more than what is seen of it`() {
        let error = WorkError(type: "late", message: "too late", trace: "t")
        #expect(
            verdict(
                .exit(3),
                said:
                    "{\"error\":{\"type\":\"late\",\"message\":\"too late\"}}\n{\"retry_in\":9}\n",
                errors: "t\n")
                == .failed(error, retry: .after(milliseconds: 9_000), isCrash: false))
    }

    @Test(arguments: [2, 8, 13, 40] as [Int32])
    func `a program that cannot be started is the refundable case`(number: Int32) {
        guard case .unstarted(let error) = verdict(.unstarted(.exec, error: number)) else {
            Issue.record("it was no start that failed")
            return
        }
        #expect(error.type == "could_not_start")
        #expect(error.message.hasPrefix("the program could not be started: error \(number)"))
    }

    @Test(
        arguments: [
            (ProgramEnd.Stage.folder, 28), (.fork, 11), (.gone, 2), (.guardItself, 0), (.exec, 26),
            (.exec, 12),
        ] as [(ProgramEnd.Stage, Int32)])
    func `a machine without room gives the job back`(stage: ProgramEnd.Stage, number: Int32) {
        #expect(
            verdict(.unstarted(stage, error: number)) == .released(delayMilliseconds: 5_000))
    }

    @Test func `a limit that was passed is named`() {
        var settings = JobSettings()
        settings.memoryBytes = 64 << 20
        let error = WorkError(
            type: "limit_exceeded", message: "it took more memory than 64 MB")
        #expect(
            verdict(.signal(9), limit: .memory, settings: settings)
                == .failed(error, retry: .byPolicy, isCrash: false))
        // A shell passes the signal of its programs on as a code.
        for cause in [ProgramEnd.Cause.signal(25), .exit(153)] {
            guard case .failed(let file, .byPolicy, false) = verdict(cause) else {
                Issue.record("a file that is too large is no crash")
                return
            }
            #expect(file.type == "limit_exceeded" && file.message.contains("1024 MB"))
        }
    }

    @Test func `a canceled job ends, unless it was done before it heard`() {
        let error = WorkError(type: "canceled", message: "it was canceled")
        #expect(
            verdict(.signal(15), stopped: .canceled)
                == .failed(error, retry: .never, isCrash: false))
        #expect(verdict(.exit(0), stopped: .canceled) == .succeeded(nil))
    }

    @Test func `a job that ran too long failed, however it ended then`() {
        for cause in [ProgramEnd.Cause.exit(0), .signal(9), .exit(143)] {
            let found = verdict(cause, stopped: .timedOut(milliseconds: 90_000))
            guard case .failed(let error, .byPolicy, false) = found else {
                Issue.record("\(found)")
                return
            }
            #expect(error.type == "timeout")
            #expect(error.message.contains("it ran longer than 90s"))
        }
    }

    @Test func `a drain gives back what is not done`() {
        #expect(verdict(.signal(15), stopped: .draining) == .released(delayMilliseconds: 0))
        #expect(verdict(.exit(1), stopped: .draining) == .released(delayMilliseconds: 0))
        #expect(verdict(.exit(0), stopped: .draining) == .succeeded(nil))
    }

    @Test func `nobody is told of a lost lease`() {
        for cause in [ProgramEnd.Cause.exit(0), .signal(9), .unstarted(.exec, error: 2)] {
            #expect(verdict(cause, stopped: .lost) == .abandoned)
        }
    }

    @Test func `a guard that was killed is a crash`() {
        guard case .failed(let error, .byPolicy, true) = verdict(.guardLost) else {
            Issue.record("it was none")
            return
        }
        #expect(error.type == "guard_lost")
    }

    @Test func `a result that is too large is a failure`() {
        let large = String(repeating: "x", count: Limits.resultBytesMax)
        guard case .failed(let error, _, _) = verdict(.exit(0), said: "{\"result\":\"\(large)\"}\n")
        else {
            Issue.record("it was none")
            return
        }
        #expect(error.type == "result_too_large")
    }

    @Test func `the guard's line is read, and nothing else`() {
        let end = ProgramEnd(report: Array("exit 3 - none 1200 2048\n".utf8))
        #expect(
            end == ProgramEnd(.exit(3), processorMicroseconds: 1_200, memoryKilobytes: 2_048))
        #expect(
            ProgramEnd(report: Array("unstarted 13 exec none 0 0\n".utf8))
                == ProgramEnd(.unstarted(.exec, error: 13)))
        #expect(
            ProgramEnd(report: Array("signal 9 - memory 1 2\n".utf8))?.limit == .memory)
        for bad in [
            "", "\n", "exit 3 - none 1200 2048", "exit x - none 1 2\n", "gone 1 - none 1 2\n",
        ] {
            #expect(ProgramEnd(report: Array(bad.utf8)) == nil, "\(bad)")
        }
    }
}
