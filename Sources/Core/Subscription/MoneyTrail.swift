/// All that is known of some money: what was paid with it, and what of it went back. Whether a
/// grant or a limit that it paid for stands follows from this alone, so that neither the order of
/// the news nor how often they come matters (docs/decisions/016).
package struct MoneyTrail: Sendable {
    private var links: Set<PaymentLink> = []
    private var checkouts: [String: CheckoutFact] = [:]
    private var reversals: [String: Reversal] = [:]
    /// How much of each invoice was paid, in the currency's smallest unit.
    private var paid: [String: Int64] = [:]

    /// A trail of which nothing is known yet.
    package init() {}

    package mutating func put(_ link: PaymentLink) { links.insert(link) }

    /// What is known of it before gives way.
    package mutating func put(_ checkout: CheckoutFact) { checkouts[checkout.id] = checkout }

    /// What is known of it before gives way.
    package mutating func put(_ reversal: Reversal) { reversals[reversal.id] = reversal }

    package mutating func put(paid amount: Int64, ofInvoice invoice: String) {
        paid[invoice] = amount
    }

    /// True if what is called so went back: a checkout, an invoice, a charge or a payment intent.
    package func isTakenBack(source: String) -> Bool {
        guard let checkout = checkouts[source] else {
            return isTakenBack(invoice: source) || isTakenBack(payment: source)
        }
        if let invoice = checkout.invoice { return isTakenBack(invoice: invoice) }
        return checkout.paymentIntent.map { isTakenBack(payment: $0) } ?? false
    }

    /// True if all that was paid of an invoice went back: of several payments every one.
    package func isTakenBack(invoice: String) -> Bool {
        let payments = payments(of: invoice)
        let gone = payments.filter { isTakenBack($0) }
        guard !gone.isEmpty else { return false }
        let parts = gone.compactMap { part(of: invoice, by: $0) }
        // Not every payment may be known yet; those whose payment failed never gave anything.
        if let paid = paid[invoice], paid > 0, parts.count == gone.count {
            return parts.reduce(0, Self.sum) >= paid
        }
        return gone.count == payments.count
    }

    private func isTakenBack(payment: String) -> Bool { isTakenBack(names(of: payment)) }

    /// True if all of the payment with these names went back, or is fought for. A charge that says
    /// so is right until one of its refunds fails after that, and so are refunds that together are
    /// as much as was paid.
    private func isTakenBack(_ payment: Set<String>) -> Bool {
        let news = reversals.values.filter { !payment.isDisjoint(with: $0.payments) }
        if news.contains(where: { $0.kind == .dispute && $0.standing == .inForce }) { return true }
        for charge in news where charge.kind == .charge && charge.isWhole == true {
            if !news.contains(where: { $0.undoes(charge) }) { return true }
        }
        guard let total = total(of: payment), total > 0 else { return false }
        let refunds = news.filter { $0.kind == .refund && $0.standing == .inForce }
        return refunds.map(\.amount).reduce(0, Self.sum) >= total
    }

    // MARK: What was paid

    /// What was paid, as far as anything says.
    private func total(of payment: Set<String>) -> Int64? {
        if let total = ownTotal(of: payment) { return total }
        let invoices = invoices(of: payment)
        let parts = invoices.compactMap { linked(to: $0, by: payment) }
        if !parts.isEmpty { return parts.count == invoices.count ? parts.reduce(0, Self.sum) : nil }
        guard invoices.count == 1, let invoice = invoices.first,
            payments(of: invoice).count == 1
        else { return nil }
        return paid[invoice]
    }

    /// What the charge or the checkout says that was paid.
    private func ownTotal(of payment: Set<String>) -> Int64? {
        let charges = reversals.values.filter {
            $0.kind == .charge && !payment.isDisjoint(with: $0.payments)
        }
        if let total = charges.compactMap(\.total).max() { return total }
        return checkouts.values.filter { $0.paymentIntent.map(payment.contains) ?? false }
            .compactMap(\.amount).max()
    }

    /// How much of an invoice was paid by a payment.
    private func part(of invoice: String, by payment: Set<String>) -> Int64? {
        linked(to: invoice, by: payment)
            ?? (invoices(of: payment) == [invoice] ? ownTotal(of: payment) : nil)
    }

    private func linked(to invoice: String, by payment: Set<String>) -> Int64? {
        links.filter { $0.invoice == invoice && !payment.isDisjoint(with: $0.payments) }
            .compactMap(\.amount).max()
    }

    // MARK: What is called how

    /// The names of each payment of an invoice.
    private func payments(of invoice: String) -> Set<Set<String>> {
        var found: Set<Set<String>> = []
        for (name, payments) in mentions where name == invoice {
            if let payment = payments.first { found.insert(names(of: payment)) }
        }
        return found
    }

    private func invoices(of payment: Set<String>) -> Set<String> {
        Set(mentions.filter { !payment.isDisjoint(with: $0.payments) }.compactMap(\.invoice))
    }

    /// A charge and its payment intent are one payment, wherever they are named together.
    private func names(of payment: String) -> Set<String> {
        var names: Set<String> = [payment]
        var known = 0
        while names.count != known {
            known = names.count
            for (_, payments) in mentions where !names.isDisjoint(with: payments) {
                names.formUnion(payments)
            }
        }
        return names
    }

    /// What names an invoice, or different names of one payment.
    private var mentions: [(invoice: String?, payments: [String])] {
        links.map { ($0.invoice, $0.payments) }
            + checkouts.values.map { ($0.invoice, $0.paymentIntent.map { [$0] } ?? []) }
            + reversals.values.map { ($0.invoice, $0.payments) }
    }

    /// Amounts come from outside, and are none below zero.
    private static func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, isTooMuch) = left.addingReportingOverflow(max(0, right))
        return isTooMuch ? .max : sum
    }
}
