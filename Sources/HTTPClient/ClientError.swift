/// Why there is no answer.
package enum ClientError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Nobody listens there, or the name is not known.
    case unreachable(url: String, reason: String)
    case timedOut(url: String)
    case failed(url: String, reason: String)

    package var description: String {
        switch self {
        case .unreachable(let url, let reason):
            "no server answers at \(url) (\(reason)); is `weir serve` running there?"
        case .timedOut(let url): "\(url) did not answer in time"
        case .failed(let url, let reason): "the request to \(url) failed: \(reason)"
        }
    }
}

/// An answer.
package struct ClientResponse: Sendable {
    package let status: Int
    package let body: [UInt8]
}
