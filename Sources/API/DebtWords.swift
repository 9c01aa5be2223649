import Core

/// What a tenant has not got because of how it stands with whoever is paid, in sentences, and what
/// would give it back. Nil where that has nothing to do with it.
struct DebtWords {
    let detail: String
    let fix: String

    /// The words for what closes a gate beside the plan's figures.
    init?(_ cause: HoldCause?) {
        guard case .withheld(let withheld, let status, let subscription) = cause else {
            return nil
        }
        let name = StopWords.name(subscription)
        let (state, remedy) = DebtWords.state(status, of: name)
        switch withheld {
        case .overage:
            detail =
                "Overage is agreed to, but none is sold while the tenant is \(status.name):"
                + " \(state)."
            fix = "\(remedy), and overage goes on."
        case .plan:
            let ending = status == .pastDue ? " and its grace is over" : ""
            detail = "The plan of \(name) does not count: \(state)\(ending)."
            fix = "\(remedy), and that plan counts at once."
        }
    }

    private static func state(
        _ status: TenantStatus, of name: String
    ) -> (state: String, remedy: String) {
        switch status {
        case .pastDue:
            ("what \(name) owes is not paid", "Pay what \(name) owes, at the payment provider")
        case .pendingPayment:
            (
                "the first payment of \(name) is not there yet",
                "Make the first payment of \(name), at the payment provider"
            )
        case .trialing:
            ("\(name) is tried out", "End the trial of \(name) and pay, at the payment provider")
        case .active, .paused, .suspended, .deleted:
            ("\(name) is \(status.name)", "Put \(name) in order, at the payment provider")
        }
    }
}
