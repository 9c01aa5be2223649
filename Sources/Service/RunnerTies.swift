package import API
package import Core

/// What joins the service with the server's own runner. The server sets it.
package struct RunnerTies {
    /// What there are programs for.
    package var kinds = OwnKinds()
    /// Told of a lease of the runner whose job is to end, after the answer that handed it out.
    package var onCancel: ((LeaseToken) -> Void)?

    /// No runner.
    package init() {}
}
