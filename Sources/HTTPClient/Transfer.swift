internal import CCurl

/// One call of a `LoopClient`, with all that libcurl holds on to while it lasts. libcurl calls back
/// on the loop thread.
@safe final class Transfer {
    // SAFETY: both are made in init and freed in deinit, after the client has let go of the call.
    let easy: OpaquePointer
    private var lines: UnsafeMutablePointer<curl_slist>?
    /// What tells the handle from others.
    var number: Int { unsafe Int(bitPattern: easy) }
    let then: (LoopOutcome, [UInt8]) -> Void
    /// What libcurl found wrong with the URL before anything was begun.
    private(set) var fault: String?
    private var admission: Admission
    /// Called once the whole head of the answer has come, where its body is not asked for.
    private let headCame: () -> Void
    private var isHeadWhole = false
    private var retryAfterSeconds: Int?
    private var bodyBytes = 0
    /// As much of the answer's body as was asked for.
    private(set) var body: [UInt8] = []
    private let keptBytesMax: Int
    private var isAnswerTooLong = false

    /// Of a body that is not kept no more is waited for.
    private static let bodyBytesMax = 4_096

    init(
        _ post: LoopPost, admits: @escaping (PeerAddress) -> Bool,
        headCame: @escaping () -> Void,
        then: @escaping (LoopOutcome, [UInt8]) -> Void
    ) {
        guard let handle = unsafe curl_easy_init() else {
            preconditionFailure("libcurl could not be started")
        }
        unsafe easy = OpaquePointer(handle)
        admission = Admission(admits)
        self.headCame = headCame
        self.then = then
        keptBytesMax = post.answerBytesMax
        // An empty Expect keeps libcurl from waiting for 100 Continue.
        unsafe lines = curl_slist_append(nil, "Expect:")
        for header in post.headers {
            unsafe lines = curl_slist_append(lines, "\(header.name): \(header.value)")
        }
        // SAFETY: not retained; the call is taken off libcurl before this object goes.
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let isOurs = post.answerBytesMax > 0
        var codes = unsafe [
            weir_curl_set_text(handle, CURLOPT_URL, post.url),
            weir_curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https"),
            // Empty: none, whatever the environment says.
            weir_curl_set_text(handle, CURLOPT_PROXY, ""),
            weir_curl_set_text(handle, CURLOPT_NOPROXY, "*"),
            weir_curl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0),
            weir_curl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
            weir_curl_set_long(handle, CURLOPT_SSL_VERIFYPEER, 1),
            weir_curl_set_long(handle, CURLOPT_SSL_VERIFYHOST, 2),
            // A connection and a name that were looked at once may lead elsewhere by now.
            weir_curl_set_long(handle, CURLOPT_FRESH_CONNECT, isOurs ? 0 : 1),
            weir_curl_set_long(handle, CURLOPT_FORBID_REUSE, isOurs ? 0 : 1),
            weir_curl_set_long(handle, CURLOPT_DNS_CACHE_TIMEOUT, isOurs ? 60 : 0),
            weir_curl_set_long(handle, CURLOPT_NOSIGNAL, 1),
            // A name that is still being looked up when time is up must not block the loop.
            weir_curl_set_long(handle, CURLOPT_QUICK_EXIT, 1),
            weir_curl_set_long(handle, CURLOPT_PATH_AS_IS, 1),
            weir_curl_set_long(handle, CURLOPT_TIMEOUT_MS, post.patience.totalMilliseconds),
            weir_curl_set_long(
                handle, CURLOPT_CONNECTTIMEOUT_MS, post.patience.connectMilliseconds),
            weir_curl_set_list(handle, CURLOPT_HTTPHEADER, lines),
            weir_curl_set_body_sink(handle, bodyPartCame, context),
            weir_curl_set_head_sink(handle, headLineCame, context),
            weir_curl_set_opener(handle, socketAskedFor, context),
        ]
        codes.append(
            unsafe post.body.withUnsafeBytes {
                unsafe weir_curl_set_body(
                    handle, $0.baseAddress ?? UnsafeRawPointer(context), $0.count)
            })
        for code in codes where code != CURLE_OK { fault = Transfer.text(code) }
    }

    deinit {
        unsafe curl_easy_cleanup(UnsafeMutableRawPointer(easy))
        unsafe curl_slist_free_all(lines)
    }

    /// How the call ended, of which libcurl says this.
    func outcome(_ code: CURLcode) -> LoopOutcome {
        let handle = unsafe UnsafeMutableRawPointer(easy)
        var status = 0
        _ = unsafe weir_curl_status(handle, &status)
        // Where no body is asked for, the answer has come once its head has.
        let isAnswered = isAnswerTooLong || (keptBytesMax == 0 && isHeadWhole)
        if code == CURLE_OK || (isAnswered && status > 0) {
            let seconds = unsafe retryAfterSeconds ?? weir_curl_retry_after(handle)
            return .answered(status: status, retryAfterSeconds: seconds > 0 ? seconds : nil)
        }
        if admission.refusal != nil {
            // Not to which: whoever owns the endpoint would learn what our own names lead to.
            return .failed("its name leads to an address that is not on the public internet")
        }
        return .failed(Transfer.text(code))
    }

    private static func text(_ code: CURLcode) -> String {
        code == CURLE_OPERATION_TIMEDOUT
            ? "it did not answer in time" : unsafe String(cString: curl_easy_strerror(code))
    }

    /// How the call has ended, of which no more is waited for than the head of the answer.
    var outcomeOfHead: LoopOutcome { outcome(CURLE_OK) }

    /// An empty line ends the head, and the head of what is only said before the answer.
    fileprivate func lineCame(_ line: UnsafeRawBufferPointer) {
        if let seconds = unsafe RetryAfter.seconds(in: line) { retryAfterSeconds = seconds }
        guard unsafe line.allSatisfy({ $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") })
        else { return }
        var status = 0
        _ = unsafe weir_curl_status(UnsafeMutableRawPointer(easy), &status)
        guard status >= 200, !isHeadWhole else { return }
        isHeadWhole = true
        if keptBytesMax == 0 { headCame() }
    }

    /// False: the rest is not wanted.
    fileprivate func bodyCame(_ part: UnsafeRawBufferPointer) -> Bool {
        bodyBytes += part.count
        isAnswerTooLong = bodyBytes > max(Transfer.bodyBytesMax, keptBytesMax)
        guard !isAnswerTooLong else { return false }
        if keptBytesMax > 0 { unsafe body.append(contentsOf: part) }
        return true
    }

    /// True if a socket may be opened to this address; nil is one of another kind than we know.
    fileprivate func mayConnect(to address: PeerAddress?) -> Bool {
        address.map { admission.mayCall($0) } ?? false
    }
}

/// Called by libcurl on the loop thread with the `Transfer` of that call.
private func bodyPartCame(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context = unsafe context, let bytes = unsafe bytes else { return 0 }
    // SAFETY: the transfer set itself and lives until libcurl has let go of the call.
    let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let part = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
    return unsafe transfer.bodyCame(part) ? size * count : 0
}

/// Called by libcurl on the loop thread with the `Transfer` of that call, for each line of a head.
private func headLineCame(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context = unsafe context, let bytes = unsafe bytes else { return 0 }
    // SAFETY: the transfer set itself and lives until libcurl has let go of the call.
    let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    unsafe transfer.lineCame(UnsafeRawBufferPointer(start: bytes, count: size * count))
    return size * count
}

/// Called by libcurl on the loop thread with the `Transfer` of that call, for the very address that
/// it connects to next.
private func socketAskedFor(
    _ context: UnsafeMutableRawPointer?, _ purpose: curlsocktype,
    _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let context = unsafe context, let address = unsafe address else { return -1 }
    // SAFETY: the transfer set itself and lives until libcurl has let go of the call.
    let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = Int(unsafe weir_curl_address(address, &bytes))
    let peer = count > 0 ? PeerAddress(Array(bytes[..<count])) : nil
    return transfer.mayConnect(to: peer) ? unsafe weir_curl_open(address) : -1
}
