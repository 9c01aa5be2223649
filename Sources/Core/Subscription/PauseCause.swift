/// Why a subscription is paused. The numbers are stored.
package enum PauseCause: Int64, Hashable, Sendable, CaseIterable {
    /// The end of a trial, somebody's wish, or a cause that this version does not know.
    case other = 0
    /// The first payment of a window failed; the provider tries again.
    case firstPaymentFailure = 1
    /// The provider has given up trying.
    case finalPaymentFailure = 2

    /// The cause that the provider's word names.
    package init(name: String) {
        self =
            switch name {
            case "first_payment_failure": .firstPaymentFailure
            case "final_payment_failure": .finalPaymentFailure
            default: .other
            }
    }
}
