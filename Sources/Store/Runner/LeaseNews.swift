package import Core

/// What a worker says of a lease beside that it is at work.
package struct LeaseNews: Hashable, Sendable {
    /// Which of the heartbeat's tokens it is about.
    package let item: Int
    package let progress: Progress?
    /// Lines of the log, without their ends.
    package let log: [String]
    /// How much of its log the attempt had said before these lines, in bytes with the end of each;
    /// nil of a worker that does not say.
    package let logStart: Int64?

    /// News of the token at `item`. What of `log` has several lines becomes as many.
    package init(
        item: Int, progress: Progress? = nil, log: [String] = [], logStart: Int64? = nil
    ) {
        self.item = item
        self.logStart = logStart
        self.progress = progress
        self.log = log.flatMap { text in
            text.utf8.contains(LeaseNews.lineEnd)
                ? text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                : [text]
        }
    }

    /// What it holds in memory.
    var bytes: Int { log.reduce(progress?.message?.utf8.count ?? 0) { $0 + $1.utf8.count + 16 } }

    private static let lineEnd = UInt8(ascii: "\n")
}
