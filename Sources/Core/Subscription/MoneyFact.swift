/// What an event says of money and of whom it comes from. None of these changes plan or status.
package enum MoneyFact: Hashable, Sendable {
    case invoice(InvoiceFact)
    case checkout(CheckoutFact)
    case customer(CustomerFact)
    /// Which payment an invoice was settled by.
    case payment(PaymentLink)
    case reversal(Reversal)
}
