/// Why an object of Stripe's cannot be read. The event is kept, and somebody is told.
struct Unreadable: Error, Hashable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
