/// What an operator says of all jobs of a kind: what a submit is given where it is silent. It may
/// ask for a shorter time and fewer attempts than these, and for no more.
package struct KindTerms: Hashable, Sendable {
    package let queue: String?
    package let timeoutMilliseconds: Int64?
    package let attemptsMax: Int?
    package let backoff: Backoff?

    /// Terms of a kind; nil is what holds for all.
    package init(
        queue: String? = nil, timeoutMilliseconds: Int64? = nil, attemptsMax: Int? = nil,
        backoff: Backoff? = nil
    ) {
        self.queue = queue
        self.timeoutMilliseconds = timeoutMilliseconds
        self.attemptsMax = attemptsMax
        self.backoff = backoff
    }
}
