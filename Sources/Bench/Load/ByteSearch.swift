/// Finds what the bench needs in answers of the server, which always writes them the same way.
package enum ByteSearch {
    /// Where `needle` next begins at or after `start`; nil if nowhere.
    package static func first(
        _ needle: [UInt8], in bytes: [UInt8], from start: Int = 0
    ) -> Int? {
        guard let lead = needle.first, bytes.count >= needle.count else { return nil }
        var position = start
        let last = bytes.count - needle.count
        while position <= last {
            if bytes[position] == lead,
                bytes[position..<(position + needle.count)].elementsEqual(needle)
            {
                return position
            }
            position += 1
        }
        return nil
    }

    /// The bytes between each `needle` and the next quotation mark, in order.
    package static func texts(after needle: [UInt8], in bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var found: [ArraySlice<UInt8>] = []
        var position = 0
        while let hit = first(needle, in: bytes, from: position) {
            let start = hit + needle.count
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\"")) ?? bytes.endIndex
            found.append(bytes[start..<end])
            position = end
        }
        return found
    }

    /// The decimal number after the first `needle`.
    package static func number(after needle: [UInt8], in bytes: [UInt8]) -> Int? {
        guard let hit = first(needle, in: bytes) else { return nil }
        var value: Int?
        for byte in bytes[(hit + needle.count)...].prefix(18) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { break }
            value = (value ?? 0) * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }
}
