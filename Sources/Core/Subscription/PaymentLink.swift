/// Which payment settled an invoice. Rows of these are only ever added, so that a refund finds the
/// invoice whatever it names.
package struct PaymentLink: Hashable, Sendable {
    package let invoice: String
    package var paymentIntent: String?
    package var charge: String?
    /// How much of the invoice was paid by it, in the currency's smallest unit; nil where nobody
    /// has said so.
    package var amount: Int64?

    /// A payment of an invoice.
    package init(
        invoice: String, paymentIntent: String? = nil, charge: String? = nil, amount: Int64? = nil
    ) {
        self.invoice = invoice
        self.paymentIntent = paymentIntent
        self.charge = charge
        self.amount = amount
    }

    /// Every name of the payment.
    package var payments: [String] { [charge, paymentIntent].compactMap(\.self) }
}
