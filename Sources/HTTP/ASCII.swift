/// The classes of bytes that HTTP's grammar is made of. Those with gaps are bit maps of the bytes
/// below 64 and of those from 64 to 127: a test and a shift a byte, no table in memory.
enum ASCII {
    static let space: UInt8 = 0x20
    static let tab: UInt8 = 0x09
    static let carriageReturn: UInt8 = 0x0D
    static let lineFeed: UInt8 = 0x0A

    static func lower(_ byte: UInt8) -> UInt8 {
        byte >= 65 && byte <= 90 ? byte | 0x20 : byte
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

    static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    /// A byte of a method or a field name (RFC 9110 §5.6.2).
    static func isToken(_ byte: UInt8) -> Bool {
        isIn(byte, below64: 0x03FF_6CFA_0000_0000, from64: 0x57FF_FFFF_C7FF_FFFE)
    }

    /// A byte of a host's name (RFC 3986 §3.2.2), but for `%`, which needs two digits after it.
    static func isHostName(_ byte: UInt8) -> Bool {
        isIn(byte, below64: 0x2BFF_7FD2_0000_0000, from64: 0x47FF_FFFE_87FF_FFFE)
    }

    /// A byte of a field value: visible, space, tab, or beyond ASCII.
    static func isFieldValue(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7F || byte == tab
    }

    /// A byte of a request target: visible ASCII.
    static func isTarget(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }

    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }

    private static func isIn(_ byte: UInt8, below64: UInt64, from64: UInt64) -> Bool {
        let map = byte < 64 ? below64 : from64
        return byte < 128 && (map >> UInt64(byte & 63)) & 1 == 1
    }
}
