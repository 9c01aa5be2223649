import HTTP

/// What a parser made of bytes that came in pieces.
struct SeenRun: Equatable {
    private(set) var requests: [SeenRequest] = []
    private(set) var refusal: HTTPRefusal?
    private(set) var isIdle = true
    /// What the parser did that it must never do.
    private(set) var fault: String?

    /// Feeds `bytes` cut at these offsets. `heldMax` bounds what the parser may keep between two
    /// pieces; nil where nobody looks, which is much faster.
    init(_ bytes: [UInt8], cutAt cuts: [Int] = [], limits: HTTPLimits, heldMax: Int? = nil) {
        var parser = RequestParser(limits: limits)
        var start = 0
        for end in cuts + [bytes.count] {
            feed(bytes.span.extracting(start..<end), from: start, to: &parser)
            start = end
            if let heldMax, let held = SeenRun.held(by: parser), held > heldMax {
                fault = "the parser holds \(held) bytes, more than \(heldMax)"
            }
            if refusal != nil || fault != nil { break }
        }
        isIdle = parser.isIdle
        if refusal != nil, parser.isIdle || parser.isInHead {
            fault = "a parser that refused waits for more"
        }
    }

    static func == (left: SeenRun, right: SeenRun) -> Bool {
        left.requests == right.requests && left.refusal == right.refusal
            && left.isIdle == right.isIdle && left.fault == right.fault
    }

    private mutating func feed(
        _ piece: Span<UInt8>, from start: Int, to parser: inout RequestParser
    ) {
        var offset = 0
        while offset < piece.count {
            let (taken, event) = parser.consume(piece.extracting(offset..<piece.count))
            guard taken > 0, taken <= piece.count - offset else {
                fault = "the parser took \(taken) of \(piece.count - offset) bytes"
                return
            }
            offset += taken
            switch event {
            case .needsMore:
                if offset != piece.count { fault = "the parser left bytes and wants more" }
            case .bodyBegins(let head):
                if head.bodyBytes == 0 { fault = "the parser announced an empty body" }
            case .request(let request):
                requests.append(SeenRequest(request, end: start + offset))
                if !parser.isIdle { fault = "the parser is not idle after a request" }
            case .refused(let refusal):
                if offset != piece.count { fault = "the parser left bytes behind a refusal" }
                self.refusal = refusal
                return
            }
        }
    }

    /// How many bytes the parser's buffer has taken from memory. It is nobody's to ask but here.
    private static func held(by parser: RequestParser) -> Int? {
        let buffer = Mirror(reflecting: parser).children.first { $0.label == "buffer" }
        return (buffer?.value as? [UInt8])?.capacity
    }
}
