/// A request made once and sent many times, with a gap of fixed width that changes.
package struct RequestBytes: Sendable {
    package private(set) var bytes: [UInt8]
    private let gaps: [Range<Int>]

    /// Stands for one byte of a gap in what `init` is given; no JSON or head has it.
    package static let blank: Character = "\u{1}"

    /// A request with this key. Runs of blanks in `tenant` and `body` are the gaps.
    package init(
        _ method: String, _ path: String, key: String, tenant: String? = nil, body: String = ""
    ) {
        var text =
            "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer \(key)\r\n"
        if let tenant { text += "Weir-Tenant: \(tenant)\r\n" }
        if method != "GET" {
            text += "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
        }
        bytes = Array((text + "\r\n" + body).utf8)
        var gaps: [Range<Int>] = []
        for (index, byte) in bytes.enumerated() where byte == 1 {
            if let last = gaps.last, last.upperBound == index {
                gaps[gaps.count - 1] = last.lowerBound..<(index + 1)
            } else {
                gaps.append(index..<(index + 1))
            }
        }
        self.gaps = gaps
    }

    /// A gap of that many bytes.
    package static func gap(_ count: Int) -> String { String(repeating: blank, count: count) }

    /// Fills a gap, the first being 0, with as many bytes as it is wide.
    package mutating func fill(_ gap: Int, with text: some Collection<UInt8>) {
        let range = gaps[gap]
        precondition(text.count == range.count, "\(text.count) bytes for a gap of \(range.count)")
        var position = range.lowerBound
        for byte in text {
            bytes[position] = byte
            position += 1
        }
    }
}
