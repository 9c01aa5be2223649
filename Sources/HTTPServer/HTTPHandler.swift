package import HTTP

/// Who answers the requests.
///
/// Each `received` is followed by exactly one `delivered` or `closed`. Both may come inside the
/// call to `respond` that causes them. All calls come on the loop thread.
package protocol HTTPHandler: AnyObject {
    /// The head of a request is here and its body is not. A response is sent in place of the
    /// request's own: the body is thrown away, and the connection ends.
    func refusal(of head: RequestHead) -> Response?
    /// Whose share of the server's memory the parts of a body count in; nil of who may have all
    /// there is.
    func sharer(of head: RequestHead) -> String?
    /// Whose share that counts in what the client sends before this one is answered.
    func sharer(of exchange: ExchangeID) -> String?
    /// A request is complete. Answer it with `respond`, in this call or later.
    func received(_ request: Request, on exchange: ExchangeID)
    /// True while the answer waits for something that may take long, as a long poll does.
    func isParked(_ exchange: ExchangeID) -> Bool
    /// Every byte of the answer was handed to the kernel.
    func delivered(_ exchange: ExchangeID)
    /// The connection closed before the answer was fully written, or before there was one.
    func closed(_ exchange: ExchangeID)
}
