package import Core

/// What is the case when a request comes in, apart from the request.
package struct Scene: Sendable {
    package let now: Moment
    /// The real steady clock, which long polls live on; no test moves it.
    package let realSteadyMilliseconds: Int64
    /// The period that charges go to, as the last commit told.
    package let period: Period
    package let readiness: Readiness

    /// The state of the server at this moment.
    package init(
        now: Moment, realSteadyMilliseconds: Int64, period: Period, readiness: Readiness
    ) {
        self.now = now
        self.realSteadyMilliseconds = realSteadyMilliseconds
        self.period = period
        self.readiness = readiness
    }
}

/// Whether the server can commit.
package enum Readiness: Hashable, Sendable {
    case ready
    /// It cannot now, for a reason that an operator understands.
    case notReady(String)
}
