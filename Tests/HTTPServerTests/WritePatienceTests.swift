import HTTPServer
import Testing

@Suite struct `The patience with slow readers` {
    private let limits: HTTPServerLimits

    init() {
        var limits = HTTPServerLimits()
        limits.writeStallMilliseconds = 30
        limits.answerMilliseconds = 100
        self.limits = limits
    }

    @Test func `a reader that took nothing is cut off at the first look`() {
        var patience = WritePatience()
        let look = patience.begin(untakenBytes: 500, at: 1_000, limits: limits)
        #expect(look == 30)
        let wait = patience.goOn(untakenBytes: 500, at: 1_030, limits: limits)
        #expect(wait == nil)
    }

    @Test func `a reader that took a byte since the last look is looked at again`() {
        var patience = WritePatience()
        _ = patience.begin(untakenBytes: 500, at: 1_000, limits: limits)
        let waits = [
            patience.goOn(untakenBytes: 499, at: 1_030, limits: limits),
            patience.goOn(untakenBytes: 498, at: 1_060, limits: limits),
            patience.goOn(untakenBytes: 498, at: 1_090, limits: limits),
        ]
        #expect(waits == [30, 30, nil])
    }

    @Test func `a reader that takes a little now and then is cut off in the end`() {
        var patience = WritePatience()
        _ = patience.begin(untakenBytes: 500, at: 1_000, limits: limits)
        let waits = [
            patience.goOn(untakenBytes: 400, at: 1_030, limits: limits),
            patience.goOn(untakenBytes: 300, at: 1_090, limits: limits),
            patience.goOn(untakenBytes: 200, at: 1_100, limits: limits),
        ]
        #expect(waits == [30, 10, nil])
    }

    @Test func `the first look is not later than the whole time`() {
        var short = limits
        short.answerMilliseconds = 10
        var patience = WritePatience()
        let look = patience.begin(untakenBytes: 500, at: 1_000, limits: short)
        #expect(look == 10)
    }
}
