/// Who is told what happens on a connection. The connection drops it when it is closed, and may be
/// closed in any of these calls.
package protocol TCPConnectionHandler: AnyObject {
    /// Bytes came. They lie in the buffer of the loop: what is not used in this call is gone.
    func received(_ bytes: Span<UInt8>)
    /// The peer sends no more, but may still read. A peer that has gone looks the same until
    /// something is written to it.
    func readEnded()
    /// All bytes of the writes that had to wait are in the hands of the kernel now.
    func written()
    /// The connection broke. It must be closed.
    func failed(_ error: UVError)
}
