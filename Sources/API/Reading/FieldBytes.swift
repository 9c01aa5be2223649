extension ArraySlice<UInt8> {
    /// True if these bytes begin with `text`, which is in lower case; theirs does not matter.
    func begins(withLowerCase text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { wanted in
            for offset in 0..<wanted.count {
                let byte = self[startIndex + offset]
                let isLetter = wanted[offset] >= UInt8(ascii: "a")
                guard byte == wanted[offset] || isLetter && byte | 0x20 == wanted[offset] else {
                    return false
                }
            }
            return true
        }
    }
}
