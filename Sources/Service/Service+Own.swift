package import Store

/// What the server wants done by itself, and no request asked for.
extension Service {
    /// Hands a command to the store; `then` is called with its reply. Nothing is tried again.
    package func perform(_ command: Command, then: @escaping (Reply) -> Void) {
        let work = Pending.Work.own(weight: command.weight, then: then)
        send(outstanding.add(Pending(exchange: nil, work: work)), command)
    }
}
