/// What a connection knows of the request that it has given to the handler.
struct Exchange {
    let id: ExchangeID
    let isHead: Bool
    /// Until the answer is written: whether the client wants it. After that: whether it is so.
    var keepAlive: Bool
}
