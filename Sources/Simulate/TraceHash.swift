/// A number for everything that happened, in order: two runs of one seed have the same.
package struct TraceHash: Hashable, Sendable, CustomStringConvertible {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    /// Nothing has happened.
    package init() {}

    /// Mixes a number in (FNV-1a, eight bytes at once).
    mutating func add(_ value: UInt64) {
        state = (state ^ value) &* 0x0000_0100_0000_01b3
        state ^= state >> 29
    }

    /// Mixes bytes in.
    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    }

    package var description: String {
        let text = String(state, radix: 16)
        return String(repeating: "0", count: 16 - text.utf8.count) + text
    }
}
