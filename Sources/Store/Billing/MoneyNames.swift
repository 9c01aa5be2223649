import Core

/// What the same money is called by: any of these may be the source of a grant, and any of them
/// may be what the news of a refund names.
struct MoneyNames: Equatable {
    var invoices: Set<String> = []
    /// Charges and payment intents.
    var payments: Set<String> = []
    var checkouts: Set<String> = []

    /// Every one of them, in the same order each time.
    var sources: [String] { invoices.union(payments).union(checkouts).sorted() }

    mutating func put(_ link: PaymentLink) {
        invoices.insert(link.invoice)
        payments.formUnion(link.payments)
    }

    mutating func put(_ checkout: CheckoutFact) {
        checkouts.insert(checkout.id)
        invoices.formUnion([checkout.invoice].compactMap(\.self))
        payments.formUnion([checkout.paymentIntent].compactMap(\.self))
    }

    mutating func put(_ reversal: Reversal) {
        invoices.formUnion([reversal.invoice].compactMap(\.self))
        payments.formUnion(reversal.payments)
    }
}
