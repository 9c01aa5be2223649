import Core

/// What a tenant has not got because of how it stands with whoever is paid, or because the operator
/// stopped it, in sentences, and what would give it back. Nil where neither has to do with it.
struct WithheldWords {
    let detail: String
    let fix: String

    /// The words for what closes a gate beside the plan's figures.
    init?(_ cause: HoldCause?) {
        switch cause {
        case .withheld(.overage, let status, let subscription):
            let name = StopWords.name(subscription)
            let (state, remedy) = WithheldWords.standing(status, of: name)
            detail =
                "Overage is agreed to, but none is sold while \(name) is \(status.name)"
                + (state.map { ": \($0)." } ?? ".")
            fix = "\(remedy), and overage goes on."
        case .withheld(.plan, let status, let subscription):
            let name = StopWords.name(subscription)
            let (state, remedy) = WithheldWords.standing(status, of: name)
            let ending = status == .pastDue ? " and its grace is over" : ""
            detail =
                "The plan of \(name) does not count: \(state ?? "it is \(status.name)")\(ending)."
            fix = "\(remedy), and that plan counts at once."
        case .manual:
            detail =
                "Overage is agreed to, but none is sold while the tenant is stopped by the"
                + " operator."
            fix = "When the operator resumes the tenant, overage goes on."
        case .subscription, nil:
            return nil
        }
    }

    /// What a subscription's status means where its name does not say it, and what betters it.
    private static func standing(
        _ status: TenantStatus, of name: String
    ) -> (state: String?, remedy: String) {
        switch status {
        case .pastDue, .suspended:
            ("what it owes is not paid", "Pay what \(name) owes, at the payment provider")
        case .pendingPayment:
            (
                "its first payment is not there yet",
                "Make the first payment of \(name), at the payment provider"
            )
        case .trialing:
            (nil, "End the trial of \(name) and pay, at the payment provider")
        case .paused:
            (nil, "Resume \(name), at the payment provider")
        case .active, .deleted:
            (nil, "Put \(name) in order, at the payment provider")
        }
    }
}
