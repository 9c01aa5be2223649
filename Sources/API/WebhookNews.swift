package import Store

/// What an operator is told of the receiver, and of what came in by it.
package enum WebhookNews: Hashable, Sendable {
    /// A body was refused. The cause is for the log only.
    case refused(cause: String)
    /// So many were refused one after the other that somebody must look.
    case failing(inRow: Int, cause: String)
    /// A signature is right again after so many that were not.
    case working(after: Int)
    /// The store has something to say of events or subscriptions, whoever brought it to light.
    case alarm(OperatorAlarm)
}
