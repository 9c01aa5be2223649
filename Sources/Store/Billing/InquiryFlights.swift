import Core

/// The questions that the provider has and has not answered. Memory only: what a restart forgets is
/// asked again when its row says so.
package struct InquiryFlights: Hashable, Sendable {
    /// Until when each is waited for, by the steady clock.
    private var deadlines: [String: Int64] = [:]
    /// Before this nothing is asked: the provider has had enough.
    private var restsUntil = Int64.min

    /// Nothing is on its way.
    package init() {}

    /// How many may go out now, where `countMax` may be on their way.
    package mutating func room(of countMax: Int, at steadyMilliseconds: Int64) -> Int {
        deadlines = deadlines.filter { steadyMilliseconds < $0.value }
        return steadyMilliseconds < restsUntil ? 0 : max(0, countMax - deadlines.count)
    }

    /// A question goes out.
    package mutating func begin(_ subscription: String, at steadyMilliseconds: Int64) {
        deadlines[subscription] = steadyMilliseconds + Limits.inquiryFlightMilliseconds
    }

    /// An answer came.
    package mutating func end(_ subscription: String) { deadlines[subscription] = nil }

    /// The provider is not to be asked anything for a while.
    package mutating func rest(milliseconds: Int64?, at steadyMilliseconds: Int64) {
        let pause = min(
            max(milliseconds ?? Limits.inquiryRestMilliseconds, Limits.inquiryRestMilliseconds),
            Limits.inquiryRestMillisecondsMax)
        restsUntil = max(restsUntil, steadyMilliseconds + pause)
    }

    /// When there is room again, in steady milliseconds; nil if there is some.
    package func freeAt(of countMax: Int, at steadyMilliseconds: Int64) -> Int64? {
        let open = deadlines.values.filter { steadyMilliseconds < $0 }
        let next = open.count < countMax ? nil : open.min()
        guard steadyMilliseconds < restsUntil else { return next }
        return max(restsUntil, next ?? restsUntil)
    }
}
