/// What became of a value that was posted.
package enum MailboxPost: Sendable, Equatable {
    case accepted
    /// As many values wait as the mailbox allows: say "overloaded" to whoever sent this one.
    case full
    /// The owner takes no more.
    case closed
}
