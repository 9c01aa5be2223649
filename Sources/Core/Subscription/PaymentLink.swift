/// Which payment settled an invoice. Rows of these are only ever added, so that a refund finds the
/// invoice whatever it names.
package struct PaymentLink: Hashable, Sendable {
    package let invoice: String
    package var paymentIntent: String?
    package var charge: String?

    /// A payment of an invoice.
    package init(invoice: String, paymentIntent: String? = nil, charge: String? = nil) {
        self.invoice = invoice
        self.paymentIntent = paymentIntent
        self.charge = charge
    }
}
