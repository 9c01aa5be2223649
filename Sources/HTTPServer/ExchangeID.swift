/// Names one request and its answer. It is never used again for another.
package struct ExchangeID: Hashable, Sendable {
    package let rawValue: UInt64

    /// An id by its number, which tests make up and logs print.
    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// The slot of the connection in the upper 24 bits, a sequence of the server in the lower 40:
    /// the connection is found without a search.
    init(slot: Int, sequence: UInt64) {
        precondition(slot < 1 << 24, "slot \(slot) does not fit in 24 bits")
        rawValue = UInt64(slot) << 40 | (sequence & (1 << 40 - 1))
    }

    var slot: Int { Int(rawValue >> 40) }
}
