/// What the owner of a mailbox found in it.
package enum MailboxTake<Value: Sendable>: Sendable {
    /// At least one value, oldest first.
    case values([Value])
    /// Nothing came in time.
    case deadlinePassed
    /// Nothing waits and nothing can come any more.
    case closed
}

extension MailboxTake: Equatable where Value: Equatable {}
