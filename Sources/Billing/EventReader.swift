internal import Core

/// Reads what an event means from its type and its object.
struct EventReader {
    let id: String
    let type: String
    let created: Timestamp
    let isLive: Bool
    let object: StripeObject
    let previous: StripeObject?

    /// What it means. Types that nothing is done with are ignored, whatever their object.
    func meaning() throws(Unreadable) -> BillingEvent {
        switch type {
        case "customer.subscription.created": return try subscription(.created)
        case "customer.subscription.updated", "customer.subscription.trial_will_end",
            "customer.subscription.pending_update_applied",
            "customer.subscription.pending_update_expired":
            return try subscription(.updated)
        case "customer.subscription.paused", "customer.subscription.resumed":
            return try subscription(.paused)
        case "customer.subscription.deleted": return try subscription(.deleted)
        case "checkout.session.completed": return try checkout(.completed)
        case "checkout.session.expired": return try checkout(.expired)
        case "checkout.session.async_payment_succeeded": return try checkout(.succeeded)
        case "checkout.session.async_payment_failed": return try checkout(.failed)
        case "customer.created", "customer.updated": return try customer(isDeleted: false)
        case "customer.deleted": return try customer(isDeleted: true)
        case "invoice.upcoming":
            // An invoice that is only foreseen: it has no row, and in old bodies no id.
            return .ignored(type: type)
        case "invoice_payment.paid": return try invoicePayment()
        case "charge.refunded": return try refundedCharge()
        case "refund.created", "refund.updated", "refund.failed", "charge.refund.updated":
            return try refund()
        case "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed",
            "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated":
            return try dispute()
        case "credit_note.created", "credit_note.updated", "credit_note.voided":
            return try creditNote()
        case "product.created", "product.updated", "product.deleted":
            // What a price's own metadata say stands in each subscription that pays it.
            return .catalogue(try catalogue())
        default:
            let prefix = "invoice."
            guard type.hasPrefix(prefix) else { return .ignored(type: type) }
            return try invoice(happening: String(type.dropFirst(prefix.count)))
        }
    }

    private func subscription(_ rank: EventRank) throws(Unreadable) -> BillingEvent {
        let reader = SubscriptionReader(object: object, previous: previous)
        return .subscription(
            try reader.fact(eventID: id, created: created, rank: rank, isLive: isLive))
    }

    // MARK: Who

    private func checkout(_ progress: CheckoutFact.Progress) throws(Unreadable) -> BillingEvent {
        var fact = CheckoutFact(
            id: try object.identity(), eventID: id, created: created, isLive: isLive,
            progress: progress)
        fact.customer = try object.reference("customer")
        fact.subscription = try object.reference("subscription")
        fact.invoice = try object.reference("invoice")
        fact.paymentIntent = try object.reference("payment_intent")
        fact.clientReference = try object.text("client_reference_id")
        fact.tenant = object.tenant
        let payment = try object.text("payment_status")
        fact.isPaid = payment == "paid" || payment == "no_payment_required"
        fact.amount = try object.integer("amount_total")
        return .money(.checkout(fact))
    }

    private func customer(isDeleted: Bool) throws(Unreadable) -> BillingEvent {
        var fact = CustomerFact(
            id: try object.identity(), eventID: id, created: created, isLive: isLive,
            isDeleted: isDeleted)
        fact.tenant = object.tenant
        fact.email = object.shown("email")
        let settings = object.shownObject("invoice_settings")
        if object.names("default_source") || settings != nil {
            fact.hasPaymentMethod =
                object.has("default_source") || settings?.has("default_payment_method") ?? false
        }
        return .money(.customer(fact))
    }

    // MARK: What went back

    private func refundedCharge() throws(Unreadable) -> BillingEvent {
        let charge = try object.identity()
        var fact = reversal(charge, .charge, .inForce)
        fact.charge = charge
        fact.amount = try object.integer("amount_refunded") ?? 0
        fact.isWhole = try object.flag("refunded")
        fact.paid = try object.integer("amount_captured", "amount")
        return try .money(.reversal(withPayment(fact)))
    }

    private func refund() throws(Unreadable) -> BillingEvent {
        let status = try object.text("status")
        let isUndone = status == "failed" || status == "canceled" || type == "refund.failed"
        var fact = reversal(try object.identity(), .refund, isUndone ? .undone : .inForce)
        fact.charge = try object.reference("charge")
        fact.amount = try object.integer("amount") ?? 0
        return try .money(.reversal(withPayment(fact)))
    }

    private func dispute() throws(Unreadable) -> BillingEvent {
        let status = try object.text("status") ?? ""
        // An inquiry, with `warning_` before its status, moves no money before it is a dispute.
        let isUndone =
            status == "won" || status == "prevented" || status.hasPrefix("warning_")
            || type == "charge.dispute.funds_reinstated"
        var fact = reversal(try object.identity(), .dispute, isUndone ? .undone : .inForce)
        fact.charge = try object.reference("charge")
        fact.amount = try object.integer("amount") ?? 0
        return try .money(.reversal(withPayment(fact)))
    }

    private func creditNote() throws(Unreadable) -> BillingEvent {
        let isUndone = try object.text("status") == "void" || type == "credit_note.voided"
        var fact = reversal(try object.identity(), .creditNote, isUndone ? .undone : .inForce)
        fact.amount = try object.integer("total", "amount") ?? 0
        return try .money(.reversal(withPayment(fact)))
    }

    private func reversal(
        _ reversed: String, _ kind: Reversal.Kind, _ standing: Reversal.Standing
    ) -> Reversal {
        Reversal(
            id: reversed, eventID: id, created: created, isLive: isLive, kind: kind,
            standing: standing)
    }

    private func withPayment(_ reversal: Reversal) throws(Unreadable) -> Reversal {
        var fact = reversal
        fact.paymentIntent = try object.reference("payment_intent")
        fact.invoice = try object.reference("invoice")
        fact.customer = try object.reference("customer")
        fact.currency = object.shown("currency")
        return fact
    }

    // MARK: What is sold

    private func catalogue() throws(Unreadable) -> CatalogueFact {
        var price = PriceReference()
        price.productID = try object.identity()
        price.planName = object.planName
        return CatalogueFact(
            eventID: id, created: created, isLive: isLive, isDeleted: type.hasSuffix(".deleted"),
            price: price)
    }
}
