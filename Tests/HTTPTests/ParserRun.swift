import HTTP

/// What a parser made of bytes: the requests, and the refusal that ended them.
struct ParserRun: Equatable {
    private(set) var requests: [SeenRequest] = []
    private(set) var refusal: HTTPRefusal?
    /// How often the client was to be told to continue. It depends on how the bytes come.
    private(set) var continues = 0
    /// True if the last request has not ended.
    private(set) var isOpen = false

    /// Feeds `bytes` cut at these offsets.
    init(_ bytes: [UInt8], cutAt cuts: [Int] = [], limits: HTTPLimits = .ordinary) {
        var parser = RequestParser(limits: limits)
        var start = 0
        for end in cuts + [bytes.count] {
            feed(bytes.span.extracting(start..<end), to: &parser)
            start = end
            if refusal != nil { return }
        }
        isOpen = !parser.isIdle
    }

    /// Feeds `bytes` one by one.
    init(drippedFrom bytes: [UInt8], limits: HTTPLimits = .ordinary) {
        self.init(bytes, cutAt: Array(0..<bytes.count), limits: limits)
    }

    init(_ text: String, limits: HTTPLimits = .ordinary) {
        self.init(Array(text.utf8), limits: limits)
    }

    static func == (left: ParserRun, right: ParserRun) -> Bool {
        left.requests == right.requests && left.refusal == right.refusal
            && left.isOpen == right.isOpen
    }

    private mutating func feed(_ piece: Span<UInt8>, to parser: inout RequestParser) {
        var offset = 0
        while offset < piece.count {
            let (taken, event) = parser.consume(piece.extracting(offset..<piece.count))
            precondition(taken > 0, "the parser took nothing of \(piece.count - offset) bytes")
            offset += taken
            switch event {
            case .needsMore: precondition(offset == piece.count, "the parser left bytes")
            case .bodyBegins(let head):
                if head.expectsContinue, offset == piece.count { continues += 1 }
            case .request(let request): requests.append(SeenRequest(request))
            case .refused(let refusal):
                self.refusal = refusal
                return
            }
        }
    }
}

extension HTTPLimits {
    /// 100 bytes for a body, 200 for one of a batch.
    static let ordinary = HTTPLimits { $0.path == "/batch" ? 200 : 100 }
}
