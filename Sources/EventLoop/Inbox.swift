/// The end, on the loop, of a queue of values from other threads.
package final class Inbox<Value: Sendable> {
    /// What other threads get: they post here.
    package let slot: InboxSlot<Value>
    private let doorbell: Doorbell

    /// `onValues` gets all that came since the last time, oldest first. An open inbox keeps its
    /// loop running.
    package init(
        loop: Loop, onValues: @escaping ([Value]) -> Void
    ) throws(UVError) {
        let slot = InboxSlot<Value>()
        self.slot = slot
        doorbell = try Doorbell(loop: loop) {
            let values = slot.takeAll()
            if !values.isEmpty { onValues(values) }
        }
        unsafe slot.open(doorbell.pointer)
    }

    /// Ends it: values that wait are dropped, later posts say false. Closing twice does nothing.
    package func close() {
        slot.shut()
        doorbell.close()
    }
}
