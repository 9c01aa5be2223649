/// What became of the bytes of a write.
package enum WriteProgress: Equatable, Sendable {
    /// The kernel has all of them.
    case written
    /// Some wait; the handler's `written` will be called.
    case waiting
    /// The connection is broken or closed. The handler is not called; close it.
    case failed(UVError)
}
