/// The first lines of answers.
enum StatusLine {
    /// Version, status and reason, without CR LF. A status that is not used here yet has no reason,
    /// which RFC 9112 §4 allows; the space stays.
    static func append(_ status: Int, to bytes: inout [UInt8]) {
        if let line = known(status) { return bytes.append(line) }
        precondition(status >= 200 && status <= 599, "\(status) is not the status of an answer")
        bytes.append("HTTP/1.1 ")
        bytes.append(contentsOf: String(status).utf8)
        bytes.append(ASCII.space)
    }

    private static func known(_ status: Int) -> StaticString? {
        switch status {
        case 200: "HTTP/1.1 200 OK"
        case 201: "HTTP/1.1 201 Created"
        case 202: "HTTP/1.1 202 Accepted"
        case 204: "HTTP/1.1 204 No Content"
        case 303: "HTTP/1.1 303 See Other"
        case 304: "HTTP/1.1 304 Not Modified"
        case 400: "HTTP/1.1 400 Bad Request"
        case 401: "HTTP/1.1 401 Unauthorized"
        case 402: "HTTP/1.1 402 Payment Required"
        case 403: "HTTP/1.1 403 Forbidden"
        case 404: "HTTP/1.1 404 Not Found"
        case 405: "HTTP/1.1 405 Method Not Allowed"
        case 408: "HTTP/1.1 408 Request Timeout"
        case 409: "HTTP/1.1 409 Conflict"
        case 413: "HTTP/1.1 413 Content Too Large"
        case 415: "HTTP/1.1 415 Unsupported Media Type"
        case 417: "HTTP/1.1 417 Expectation Failed"
        case 422: "HTTP/1.1 422 Unprocessable Content"
        case 429: "HTTP/1.1 429 Too Many Requests"
        case 431: "HTTP/1.1 431 Request Header Fields Too Large"
        case 500: "HTTP/1.1 500 Internal Server Error"
        case 501: "HTTP/1.1 501 Not Implemented"
        case 503: "HTTP/1.1 503 Service Unavailable"
        case 505: "HTTP/1.1 505 HTTP Version Not Supported"
        default: nil
        }
    }
}
