/// Writes answers as bytes.
package enum ResponseWriter {
    /// What a client that asked for it is told before it sends its body.
    package static let continueBytes = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Appends an answer. `date` is preformatted; empty leaves the field out.
    package static func write(
        _ response: Response, keepAlive: Bool, isHead: Bool, date: [UInt8],
        into bytes: inout [UInt8]
    ) {
        bytes.reserveCapacity(bytes.count + 256 + response.body.count)
        append("HTTP/1.1 ", to: &bytes)
        bytes.append(contentsOf: statusLine(response.status))
        if !date.isEmpty {
            append("\r\nDate: ", to: &bytes)
            bytes.append(contentsOf: date)
        }
        if let type = response.contentType.value {
            append("\r\nContent-Type: ", to: &bytes)
            append(type, to: &bytes)
        }
        for (name, value) in response.headers {
            append("\r\n", to: &bytes)
            append(name, to: &bytes)
            append(": ", to: &bytes)
            // A value never ends its line: what would is left out.
            bytes.append(contentsOf: value.utf8.lazy.filter(ASCII.isFieldValue))
        }
        if response.status != 204, response.status != 304 {
            append("\r\nContent-Length: ", to: &bytes)
            bytes.append(contentsOf: Array(String(response.body.count).utf8))
        }
        append(
            keepAlive ? "\r\nConnection: keep-alive\r\n\r\n" : "\r\nConnection: close\r\n\r\n",
            to: &bytes)
        if !isHead { bytes.append(contentsOf: response.body) }
    }

    private static func append(_ text: StaticString, to bytes: inout [UInt8]) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private static func statusLine(_ status: Int) -> [UInt8] {
        Array("\(status) \(reason(status))".utf8)
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 402: "Payment Required"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 409: "Conflict"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: "Status"
        }
    }
}
