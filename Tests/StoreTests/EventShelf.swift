import Core
import Synchronization

/// What the bodies of a test's events mean.
final class EventShelf: Sendable {
    private let meanings = Mutex<[[UInt8]: BillingEvent]>([:])

    func put(_ meaning: BillingEvent, of body: [UInt8]) {
        meanings.withLock { $0[body] = meaning }
    }

    func meaning(of body: [UInt8]) -> BillingEvent {
        meanings.withLock { $0[body] } ?? .failed(reason: "no test has put this on the shelf")
    }
}
