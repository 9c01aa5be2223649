internal import Core

/// Invoices and what they are paid by, wherever a version of Stripe's has it.
extension EventReader {
    func invoice(happening: String) throws(Unreadable) -> BillingEvent {
        let invoice = try object.identity()
        var fact = InvoiceFact(
            id: invoice, eventID: id, created: created, status: try invoiceStatus(),
            isLive: isLive, happening: happening)
        let parent = try object.object("parent", "subscription_details")
        fact.customer = try object.reference("customer")
        fact.subscription = try parent?.reference("subscription")
        if fact.subscription == nil {
            fact.subscription = try object.reference("subscription")
        }
        fact.tenant =
            parent?.tenant ?? object.shownObject("subscription_details")?.tenant ?? object.tenant
        fact.number = object.shown("number")
        fact.currency = object.shown("currency")
        fact.total = try object.integer("total") ?? 0
        fact.amountDue = try object.integer("amount_due") ?? 0
        let paid = fact.status == .paid ? fact.amountDue : 0
        fact.amountPaid = try object.integer("amount_paid") ?? paid
        fact.amountRemaining =
            try object.integer("amount_remaining") ?? (fact.amountDue - paid)
        fact.billingReason = object.shown("billing_reason")
        fact.attempts = try object.integer("attempt_count") ?? 0
        fact.nextAttemptAt = try object.time("next_payment_attempt")
        fact.madeAt = try object.time("created", "date")
        fact.paidAt = try object.object("status_transitions")?.time("paid_at")
        fact.periodStart = try object.time("period_start")
        fact.periodEnd = try object.time("period_end")
        fact.hostedURL = object.address("hosted_invoice_url")
        fact.documentURL = object.address("invoice_pdf")
        fact.payments = try payments(of: invoice, fact.status)
        return .money(.invoice(fact))
    }

    func invoicePayment() throws(Unreadable) -> BillingEvent {
        guard let invoice = try object.reference("invoice") else {
            throw Unreadable("$.data.object.invoice is not there")
        }
        return .money(.payment(try link(object, invoice: invoice)))
    }

    /// Before 2018-11-08 an invoice had flags in place of a status.
    private func invoiceStatus() throws(Unreadable) -> InvoiceStatus {
        if let name = try object.text("status") { return InvoiceStatus(name: name) }
        if try object.flag("paid") ?? false { return .paid }
        if try object.flag("forgiven") ?? false { return .uncollectible }
        guard let isClosed = try object.flag("closed") else { return .other }
        return isClosed ? .void : .open
    }

    private func payments(
        of invoice: String, _ status: InvoiceStatus
    ) throws(Unreadable) -> [PaymentLink] {
        var links: [PaymentLink] = []
        let listed = try object.list("payments", countMax: Limits.subscriptionItemsMax) ?? []
        for payment in listed where try isPaid(payment) {
            links.append(try link(payment, invoice: invoice))
        }
        // Of what is not paid yet it is the last one that was tried, and may have given nothing.
        guard status == .paid else { return links }
        let link = PaymentLink(
            invoice: invoice, paymentIntent: try object.reference("payment_intent"),
            charge: try object.reference("charge"))
        if link.paymentIntent != nil || link.charge != nil { links.append(link) }
        return links
    }

    /// A payment that is still to come, or was given up, gave nothing that could go back.
    private func isPaid(_ payment: StripeObject) throws(Unreadable) -> Bool {
        try payment.text("status").map { $0 == "paid" } ?? true
    }

    private func link(
        _ payment: StripeObject, invoice: String
    ) throws(Unreadable) -> PaymentLink {
        let by = try payment.object("payment")
        return PaymentLink(
            invoice: invoice, paymentIntent: try by?.reference("payment_intent"),
            charge: try by?.reference("charge"), amount: try payment.integer("amount_paid"))
    }
}
