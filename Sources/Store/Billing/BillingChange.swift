package import Core

/// What an event changes, all of it.
package struct BillingChange {
    /// What a product stands for.
    package struct Product {
        package let id: String
        package let plan: String?
        package let order: EventOrder
    }

    /// A grant whose money was given back, or was not after all.
    package struct GrantTurn {
        package let tenant: Int64
        package let grant: Grant
        package let isTakenBack: Bool
    }

    /// A customer or subscription that is known to be a tenant's from now on.
    package struct Adopted {
        package enum Name: Hashable, Sendable {
            case customer(String)
            case subscription(String)
        }

        package let name: Name
        package let tenant: Int64
    }

    package private(set) var subscriptions: [String: SubscriptionRow] = [:]
    package internal(set) var customers: [CustomerRow] = []
    package internal(set) var invoices: [InvoiceRow] = []
    package internal(set) var checkouts: [CheckoutFact] = []
    package internal(set) var reversals: [Reversal] = []
    package internal(set) var payments: [PaymentLink] = []
    package internal(set) var products: [Product] = []
    /// Grants that go with money that went back, or come again with money that did not after all.
    /// They are no rows of the desk's to write: whoever writes the change turns them.
    package internal(set) var grants: [GrantTurn] = []
    /// Customers and subscriptions of whom it was not known before whose they are.
    package internal(set) var adopted: [Adopted] = []
    /// Tenants whose entitlement or whose grants may be others.
    package internal(set) var touched: Set<Int64> = []

    mutating func put(_ row: SubscriptionRow) { subscriptions[row.subscription.id] = row }

    /// Writes it, but for the grants.
    package func write(to rows: any BillingRowStore) throws(StoreError) {
        for id in subscriptions.keys.sorted() {
            if let row = subscriptions[id] { try rows.putSubscription(row) }
        }
        for row in customers { try rows.putCustomer(row) }
        for row in invoices { try rows.putInvoice(row) }
        for fact in checkouts { try rows.putCheckout(fact) }
        for reversal in reversals { try rows.putReversal(reversal) }
        for link in payments { try rows.insertPayment(link) }
        for product in products {
            try rows.putProduct(product.id, plan: product.plan, order: product.order)
        }
    }
}
