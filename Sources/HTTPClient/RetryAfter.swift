/// How long a line of an answer's head asks to wait. libcurl reads dates, and forgets numbers that
/// are too great for it.
enum RetryAfter {
    private static let name = Array("retry-after:".utf8)

    /// The seconds that the line names, `Int.max` for more; nil for another line or a date.
    static func seconds(in line: some Collection<UInt8>) -> Int? {
        let begins = zip(line, name).allSatisfy { byte, wanted in
            byte == wanted
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                    && byte | 0x20 == wanted
        }
        guard line.count > name.count, begins else { return nil }
        let digits = line.dropFirst(name.count).filter { !isBlank($0) }
        guard !digits.isEmpty else { return nil }
        var seconds = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            let (tens, isFull) = seconds.multipliedReportingOverflow(by: 10)
            let (sum, isOver) = tens.addingReportingOverflow(Int(digit - UInt8(ascii: "0")))
            seconds = isFull || isOver ? .max : sum
        }
        return seconds
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
            || byte == UInt8(ascii: "\n")
    }
}
