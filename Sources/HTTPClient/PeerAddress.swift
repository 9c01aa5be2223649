/// An address that a connection would go to, and whether strangers may send us there.
package struct PeerAddress: Hashable, Sendable, CustomStringConvertible {
    /// Four bytes or sixteen, in the order of the network.
    private let bytes: [UInt8]

    /// An address of four bytes, IPv4, or sixteen, IPv6.
    package init(_ bytes: [UInt8]) {
        precondition(
            bytes.count == 4 || bytes.count == 16, "an address has 4 or 16 bytes, not these")
        self.bytes = bytes
    }

    /// True of addresses on the public internet. All else leads to this machine, to its neighbours,
    /// to many or to nobody (IANA's special-purpose registries).
    package var isPublic: Bool {
        bytes.count == 4
            ? !PeerAddress.specialIPv4.contains { $0.contains(bytes) } : isPublicIPv6
    }

    private var isPublicIPv6: Bool {
        // Networks without IPv4 of their own reach it so; what counts is where it leads.
        if PeerAddress.translated.contains(bytes) {
            return PeerAddress(Array(bytes[12...])).isPublic
        }
        return PeerAddress.globalIPv6.contains(bytes)
            && !PeerAddress.specialIPv6.contains { $0.contains(bytes) }
    }

    package var description: String {
        guard bytes.count == 16 else { return bytes.map { "\($0)" }.joined(separator: ".") }
        return stride(from: 0, to: 16, by: 2).map { index in
            String(Int(bytes[index]) << 8 | Int(bytes[index + 1]), radix: 16)
        }.joined(separator: ":")
    }

    /// The addresses that begin with these bits.
    private struct Range {
        let start: [UInt8]
        let bitCount: Int

        init(_ start: [UInt8], _ bitCount: Int) {
            self.start = start
            self.bitCount = bitCount
        }

        func contains(_ bytes: [UInt8]) -> Bool {
            for bit in 0..<bitCount {
                let mask: UInt8 = 0x80 >> UInt8(bit % 8)
                let ours = bit / 8 < start.count ? start[bit / 8] : 0
                if bytes[bit / 8] & mask != ours & mask { return false }
            }
            return true
        }
    }

    private static let specialIPv4 = [
        Range([0], 8), Range([10], 8), Range([100, 64], 10), Range([127], 8),
        Range([169, 254], 16), Range([172, 16], 12), Range([192, 0, 0], 24),
        Range([192, 0, 2], 24), Range([192, 88, 99], 24), Range([192, 168], 16),
        Range([198, 18], 15), Range([198, 51, 100], 24), Range([203, 0, 113], 24),
        Range([224], 4), Range([240], 4),
    ]
    private static let globalIPv6 = Range([0x20], 3)
    private static let translated = Range([0, 0x64, 0xFF, 0x9B], 96)
    private static let specialIPv6 = [
        // Protocols and tunnels, documents, and IPv4 in disguise.
        Range([0x20, 0x01, 0, 0], 23), Range([0x20, 0x01, 0x0D, 0xB8], 32),
        Range([0x20, 0x02], 16), Range([0x3F, 0xFF, 0], 20),
    ]
}
