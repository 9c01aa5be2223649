import Core
import Programs
import Testing

@testable import WeirWorker

@Suite struct `What a handler's end comes to` {
    private static let reasons: [StopReason?] = [
        nil, .canceled, .timedOut(milliseconds: 5_000), .draining, .lost,
    ]
    private static let failed = JobFailure.failed(type: "t", message: "m")

    private func error(_ type: String, _ message: String) -> WorkError {
        WorkError(type: type, message: message)
    }

    @Test(arguments: reasons)
    func `a result counts, whatever the handler was told, but for a lost lease and lost time`(
        stopped: StopReason?
    ) {
        let verdict = HandlerOutcome.returned([49]).verdict(stopped: stopped)
        switch stopped {
        case nil, .canceled, .draining: #expect(verdict == .succeeded([49]))
        case .lost: #expect(verdict == .abandoned)
        case .timedOut:
            #expect(
                verdict
                    == .failed(
                        error("timeout", "it ran longer than 5s"), retry: .byPolicy,
                        isCrash: false))
        }
    }

    @Test(arguments: [failed, .dead(type: "t", message: "m"), .later(.seconds(90))])
    func `an error of one that was told to end is not its own`(failure: JobFailure) {
        func verdict(_ reason: StopReason) -> Verdict {
            HandlerOutcome.threw(failure).verdict(stopped: reason)
        }
        #expect(
            verdict(.canceled)
                == .failed(error("canceled", "it was canceled"), retry: .never, isCrash: false))
        #expect(verdict(.draining) == .released(delayMilliseconds: 0))
        #expect(verdict(.lost) == .abandoned)
        #expect(
            verdict(.timedOut(milliseconds: 60_000))
                == .failed(
                    error("timeout", "it ran longer than 1m"), retry: .byPolicy, isCrash: false))
    }

    @Test(arguments: [
        (failed, Verdict.Retry.byPolicy), (.dead(type: "t", message: "m"), .never),
        (.failed(type: "t", message: "m", retryIn: .seconds(5)), .after(milliseconds: 5_000)),
        (.failed(type: "t", message: "m", retryIn: .seconds(-5)), .after(milliseconds: 0)),
        (
            .failed(type: "t", message: "m", retryIn: .seconds(Int64.max)),
            .after(milliseconds: Limits.runAtAheadMillisecondsMax)
        ),
    ])
    func `a failure says whether and when`(failure: JobFailure, retry: Verdict.Retry) {
        #expect(
            HandlerOutcome.threw(failure).verdict(stopped: nil)
                == .failed(error("t", "m"), retry: retry, isCrash: false))
    }

    @Test(arguments: [
        (Duration.seconds(90), Int64(90_000)), (.milliseconds(1), 1_000), (.zero, 1_000),
        (.seconds(-1), 1_000), (.seconds(Int64.max), Limits.runAtAheadMillisecondsMax),
    ])
    func `later is a second at least`(delay: Duration, milliseconds: Int64) {
        #expect(
            HandlerOutcome.threw(.later(delay)).verdict(stopped: nil)
                == .released(delayMilliseconds: milliseconds))
    }

    @Test func `a result that no server keeps is a failure`() {
        let most = [UInt8](repeating: 49, count: Limits.resultBytesMax)
        #expect(HandlerOutcome.returned(most).verdict(stopped: nil) == .succeeded(most))
        guard
            case .failed(let error, .byPolicy, false) = HandlerOutcome.returned(most + [49])
                .verdict(stopped: nil)
        else {
            Issue.record("it was taken")
            return
        }
        #expect(error.type == "result_too_large")
    }

    @Test func `texts are cut to what is kept`() {
        let long = String(repeating: "ä", count: 10_000)
        guard
            case .failed(let error, _, _) = HandlerOutcome.threw(.dead(type: long, message: long))
                .verdict(stopped: nil)
        else {
            Issue.record("it did not fail")
            return
        }
        #expect(error.type.utf8.count == Limits.errorTypeBytesMax)
        #expect(error.message.utf8.count == Limits.errorMessageBytesMax)
    }
}
