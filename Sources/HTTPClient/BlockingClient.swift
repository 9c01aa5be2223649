internal import CCurl

/// One request after the other, each waited for: what command line programs need. Called on one
/// thread, which is the program's.
@safe package final class BlockingClient {
    private let easy: OpaquePointer
    private let baseURL: String
    private let key: String?

    /// An answer longer than this is none of ours.
    private static let bodyBytesMax = 64 << 20
    private static let connectSecondsMax = 5

    /// A client of the server at `baseURL`, with an API key.
    package init(baseURL: String, key: String?) {
        guard let easy = unsafe curl_easy_init() else {
            preconditionFailure("libcurl could not be started")
        }
        unsafe self.easy = OpaquePointer(easy)
        self.baseURL = baseURL.utf8.last == UInt8(ascii: "/") ? String(baseURL.dropLast()) : baseURL
        self.key = key
    }

    deinit { unsafe curl_easy_cleanup(UnsafeMutableRawPointer(easy)) }

    /// Sends a request and waits for its answer, at most `seconds`.
    package func send(
        _ method: String, _ path: String, body: [UInt8]? = nil,
        headers: [(name: String, value: String)] = [], seconds: Int = 30
    ) throws(ClientError) -> ClientResponse {
        let handle = unsafe UnsafeMutableRawPointer(easy)
        let url = baseURL + path
        unsafe curl_easy_reset(handle)
        let sink = Sink(bytesMax: BlockingClient.bodyBytesMax)
        var list: UnsafeMutablePointer<curl_slist>?
        defer { unsafe curl_slist_free_all(list) }
        for line in headerLines(headers, hasBody: body != nil) {
            unsafe list = curl_slist_append(list, line)
        }
        // SAFETY: `sink` outlives the transfer, which ends before this function returns.
        let context = unsafe Unmanaged.passUnretained(sink).toOpaque()
        var codes = unsafe [
            weir_curl_set_text(handle, CURLOPT_URL, url),
            weir_curl_set_text(handle, CURLOPT_CUSTOMREQUEST, method),
            weir_curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https"),
            weir_curl_set_text(handle, CURLOPT_NOPROXY, "localhost,127.0.0.1,::1"),
            weir_curl_set_long(handle, CURLOPT_NOSIGNAL, 1),
            // An id of `..` is asked for, not the folder above.
            weir_curl_set_long(handle, CURLOPT_PATH_AS_IS, 1),
            weir_curl_set_long(handle, CURLOPT_TIMEOUT, seconds),
            weir_curl_set_long(
                handle, CURLOPT_CONNECTTIMEOUT, BlockingClient.connectSecondsMax),
            weir_curl_set_list(handle, CURLOPT_HTTPHEADER, list),
            weir_curl_set_body_sink(handle, receiveBody, context),
        ]
        if let body {
            codes.append(
                unsafe body.withUnsafeBytes {
                    unsafe weir_curl_set_body(
                        handle, $0.baseAddress ?? UnsafeRawPointer(context), $0.count)
                })
        }
        codes.append(unsafe curl_easy_perform(handle))
        for code in codes where code != CURLE_OK { throw error(code, url: url) }
        var status = 0
        _ = unsafe weir_curl_status(handle, &status)
        return ClientResponse(status: status, body: sink.bytes)
    }

    private func headerLines(
        _ headers: [(name: String, value: String)], hasBody: Bool
    ) -> [String] {
        // An empty Expect keeps libcurl from waiting for 100 Continue.
        var lines = ["Expect:"]
        if let key { lines.append("Authorization: Bearer \(key)") }
        if hasBody { lines.append("Content-Type: application/json") }
        return lines + headers.map { "\($0.name): \($0.value)" }
    }

    private func error(_ code: CURLcode, url: String) -> ClientError {
        let reason = unsafe String(cString: curl_easy_strerror(code))
        switch code {
        case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            return .unreachable(url: baseURL, reason: reason)
        case CURLE_OPERATION_TIMEDOUT:
            return .timedOut(url: url)
        case CURLE_SSL_CONNECT_ERROR:
            return .failed(
                url: url, reason: reason + "; Weir itself speaks http, https is a proxy's work")
        default:
            return .failed(url: url, reason: reason)
        }
    }
}

/// Gathers an answer's body.
private final class Sink {
    private(set) var bytes: [UInt8] = []
    private let bytesMax: Int

    init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    /// False: too much.
    func append(_ part: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count + part.count <= bytesMax else { return false }
        unsafe bytes.append(contentsOf: part)
        return true
    }
}

/// Called by libcurl on the thread that performs, with the `Sink` of that transfer.
private func receiveBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context = unsafe context, let bytes = unsafe bytes else { return 0 }
    // SAFETY: `send` passed this object and keeps it until the transfer has ended.
    let sink = unsafe Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
    let part = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
    return unsafe sink.append(part) ? size * count : 0
}
