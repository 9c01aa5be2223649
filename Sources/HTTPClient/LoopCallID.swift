/// Names a call of a `LoopClient` until it has ended. Numbers are used again: whoever keeps one
/// forgets it when the call is answered.
package struct LoopCallID: Hashable, Sendable {
    let number: Int
}
