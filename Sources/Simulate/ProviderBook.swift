import Core
import Store
import Synchronization

/// What was ever told of the provider's things: bodies, so that they can be read again, and ids, so
/// that rows can be compared.
final class ProviderBook: Sendable {
    private let events = Mutex<[[UInt8]: BillingEvent]>([:])
    private let ids = Mutex<Names>(Names())

    /// The ids of what rows may be kept of.
    struct Names: Sendable {
        var subscriptions: Set<String> = []
        var customers: Set<String> = []
        var invoices: Set<String> = []
    }

    /// The names so far.
    var names: Names { ids.withLock { $0 } }

    /// Notes an event and what it names.
    func put(_ meaning: BillingEvent, of body: [UInt8]) {
        events.withLock { $0[body] = meaning }
        ids.withLock { names in
            switch meaning {
            case .subscription(let fact):
                names.subscriptions.insert(fact.id)
                if let customer = fact.customer { names.customers.insert(customer) }
            case .money(.invoice(let fact)): names.invoices.insert(fact.id)
            case .money(.customer(let fact)): names.customers.insert(fact.id)
            case .money, .catalogue, .ignored, .wrongMode, .connected, .thin, .failed: break
            }
        }
    }

    /// What a body means.
    func meaning(of body: [UInt8]) -> BillingEvent {
        events.withLock { $0[body] } ?? .failed(reason: "nobody has sent this")
    }
}

extension ProviderBook.Names {
    /// What rows have of the subscriptions.
    func subscriptions(in rows: any BillingRowStore) throws(StoreError) -> [AnyHashable] {
        var found: [AnyHashable] = []
        for id in subscriptions.sorted() { found.append(try rows.subscription(id, isLive: false)) }
        return found
    }

    /// What rows have of the customers.
    func customers(in rows: any BillingRowStore) throws(StoreError) -> [AnyHashable] {
        var found: [AnyHashable] = []
        for id in customers.sorted() { found.append(try rows.customer(id, isLive: false)) }
        return found
    }

    /// What rows have of the invoices.
    func invoices(in rows: any BillingRowStore) throws(StoreError) -> [AnyHashable] {
        var found: [AnyHashable] = []
        for id in invoices.sorted() { found.append(try rows.invoice(id, isLive: false)) }
        return found
    }
}
