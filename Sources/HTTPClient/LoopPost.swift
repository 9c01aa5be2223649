/// What is posted, and where to.
package struct LoopPost: Hashable, Sendable {
    package let url: String
    package let headers: [Header]
    package let body: [UInt8]
    package let patience: Patience
    /// What is kept of the answer's body; 0 where the status is what counts. Only of a server of
    /// our own is any kept, and only its connections are used again.
    package let answerBytesMax: Int

    /// A line of the head.
    package struct Header: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// How long a receiver has.
    package struct Patience: Hashable, Sendable {
        package let connectMilliseconds: Int
        package let totalMilliseconds: Int

        package init(connectMilliseconds: Int, totalMilliseconds: Int) {
            self.connectMilliseconds = connectMilliseconds
            self.totalMilliseconds = totalMilliseconds
        }

        /// Enough for a receiver far away that does what it has to do before it answers.
        package static let standard = Patience(
            connectMilliseconds: 5_000, totalMilliseconds: 15_000)
    }

    /// `body`, to `url`.
    package init(
        url: String, headers: [Header], body: [UInt8], patience: Patience = .standard,
        answerBytesMax: Int = 0
    ) {
        self.answerBytesMax = answerBytesMax
        self.url = url
        self.headers = headers
        self.body = body
        self.patience = patience
    }
}

/// How a call ended.
package enum LoopOutcome: Hashable, Sendable {
    /// With `retryAfterSeconds`, the receiver asked to be left alone for so long.
    case answered(status: Int, retryAfterSeconds: Int?)
    /// There was no answer, for this reason.
    case failed(String)
}
