/// Names a deadline until it has come or was cancelled; later it names nothing.
package struct DeadlineID: Hashable, Sendable {
    let slot: Int32
    let generation: UInt32
}
