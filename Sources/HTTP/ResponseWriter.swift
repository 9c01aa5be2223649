/// Writes answers as bytes.
package enum ResponseWriter {
    /// What a client that asked for it is told before it sends its body.
    package static let continueBytes = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Appends an answer. `date` is preformatted; empty leaves the field out. Whether the
    /// connection stays open is always said: clients of HTTP/1.0 need `keep-alive`, others ignore
    /// it. An answer to HEAD says how long the body would be; 204 and 304 have none.
    package static func write(
        _ response: Response, keepAlive: Bool, isHead: Bool, date: [UInt8],
        into bytes: inout [UInt8]
    ) {
        let hasBody = response.status != 204 && response.status != 304
        makeRoom(320 + response.body.count, in: &bytes)
        StatusLine.append(response.status, to: &bytes)
        if !date.isEmpty {
            bytes.append("\r\nDate: ")
            bytes.append(contentsOf: date)
        }
        if let type = response.contentType.value {
            bytes.append("\r\nContent-Type: ")
            bytes.append(type)
        }
        for (name, value) in response.headers {
            bytes.append("\r\n")
            bytes.append(name)
            bytes.append(": ")
            append(value, to: &bytes)
        }
        if hasBody {
            bytes.append("\r\nContent-Length: ")
            append(decimal: response.body.count, to: &bytes)
        }
        bytes.append(
            keepAlive ? "\r\nConnection: keep-alive\r\n\r\n" : "\r\nConnection: close\r\n\r\n")
        if hasBody, !isHead { bytes.append(contentsOf: response.body) }
    }

    /// Grows by doubling, so that many answers in one buffer cost no more than their bytes.
    private static func makeRoom(_ count: Int, in bytes: inout [UInt8]) {
        let needed = bytes.count + count
        if needed > bytes.capacity { bytes.reserveCapacity(max(needed, 2 * bytes.capacity)) }
    }

    /// A value never ends its line and never holds a control character: those become spaces.
    private static func append(_ value: String, to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: value.utf8)
        for position in start..<bytes.count where !ASCII.isFieldValue(bytes[position]) {
            bytes[position] = ASCII.space
        }
    }

    private static func append(decimal value: Int, to bytes: inout [UInt8]) {
        var divisor = 1
        while value / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }
}
