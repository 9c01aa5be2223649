/// Reads requests from the bytes of a connection, strictly and in whatever pieces they come.
package struct RequestParser: Sendable {
    private let limits: HTTPLimits
    private var state: State = .between(.noEmptyLine)
    /// The head while it arrives in pieces, then the body.
    private var buffer: [UInt8] = []
    private var headReader = HeadReader()
    private var chunkReader = ChunkReader()
    /// The head of the body that is arriving.
    private var head: RequestHead?
    private var bodyBytesMax = 0

    private enum State: Sendable {
        case between(EmptyLine)
        case head
        case body(left: Int)
        case chunks
        case refused
    }

    /// RFC 9112 §2.2: one empty line before a request is forgiven.
    private enum EmptyLine: Sendable {
        case noEmptyLine
        case sawReturn
        case sawEmptyLine
    }

    /// What the bytes so far have come to.
    package enum Event: Sendable {
        case needsMore
        /// The head is fine and a body follows it.
        case bodyBegins(RequestHead)
        case request(Request)
        case refused(HTTPRefusal)
    }

    /// A parser at the beginning of a request.
    package init(limits: HTTPLimits) {
        self.limits = limits
    }

    /// True between requests: nothing of the next one has come but an empty line.
    package var isIdle: Bool {
        switch state {
        case .between(.noEmptyLine), .between(.sawEmptyLine): true
        case .between(.sawReturn), .head, .body, .chunks, .refused: false
        }
    }

    /// True while a head is arriving.
    package var isInHead: Bool {
        switch state {
        case .between(.sawReturn), .head: true
        case .between(.noEmptyLine), .between(.sawEmptyLine), .body, .chunks, .refused: false
        }
    }

    /// Takes bytes up to the next event and says how many it took. After `request` the parser is
    /// at the beginning again; after `refused` it must not be used.
    package mutating func consume(_ input: Span<UInt8>) -> (taken: Int, event: Event) {
        var position = 0
        do throws(HTTPRefusal) {
            while position < input.count {
                if let event = try step(input, &position) { return (position, event) }
            }
        } catch {
            state = .refused
            buffer = []
            return (input.count, .refused(error))
        }
        return (position, .needsMore)
    }

    private mutating func step(
        _ input: Span<UInt8>, _ position: inout Int
    ) throws(HTTPRefusal) -> Event? {
        switch state {
        case .between(let emptyLine):
            try begin(input[position], after: emptyLine, &position)
            return nil
        case .head:
            return try readHead(input, &position)
        case .body(let left):
            let count = min(left, input.count - position)
            buffer.append(input.extracting(position..<position + count))
            position += count
            guard count == left else {
                state = .body(left: left - count)
                return nil
            }
            return finish()
        case .chunks:
            let isEnd = try chunkReader.read(
                input, &position, into: &buffer, bytesMax: bodyBytesMax, limits)
            return isEnd ? finish() : nil
        case .refused:
            preconditionFailure("bytes were given to a parser that had refused its request")
        }
    }

    // MARK: Head

    /// Looks at the byte that may begin a request, and takes it only if it is of an empty line.
    private mutating func begin(
        _ byte: UInt8, after emptyLine: EmptyLine, _ position: inout Int
    ) throws(HTTPRefusal) {
        switch emptyLine {
        case .sawReturn:
            guard byte == ASCII.lineFeed else { throw .bareReturn }
            state = .between(.sawEmptyLine)
            position += 1
        case .noEmptyLine where byte == ASCII.carriageReturn:
            state = .between(.sawReturn)
            position += 1
        case .noEmptyLine, .sawEmptyLine:
            guard ASCII.isToken(byte) else { throw RequestParser.refusal(ofFirst: byte) }
            state = .head
        }
    }

    /// What begins with no method is refused at once: of another protocol no line may ever end.
    private static func refusal(ofFirst byte: UInt8) -> HTTPRefusal {
        switch byte {
        case 0x16: .encrypted
        case ASCII.carriageReturn: .emptyLines
        case ASCII.lineFeed: .bareLineFeed
        default: .noMethod
        }
    }

    /// A head that comes whole is read where it lies; one in pieces is gathered first.
    private mutating func readHead(
        _ input: Span<UInt8>, _ position: inout Int
    ) throws(HTTPRefusal) -> Event? {
        let rest = input.extracting(position..<input.count)
        let known = buffer.count
        let taken = min(rest.count, limits.headBytesMax + 1 - known)
        let end: Int?
        if known == 0 {
            end = try headReader.read(rest, limits)
            buffer.append(rest.extracting(0..<(end ?? taken)))
        } else {
            buffer.append(rest.extracting(0..<taken))
            end = try readGathered()
            if let end { buffer.removeLast(buffer.count - end) }
        }
        guard let end else {
            position += taken
            return nil
        }
        position += end - known
        return try headEnded()
    }

    private mutating func readGathered() throws(HTTPRefusal) -> Int? {
        let gathered = buffer
        return try headReader.read(gathered.span, limits)
    }

    private mutating func headEnded() throws(HTTPRefusal) -> Event? {
        let head = try headReader.head(buffer)
        bodyBytesMax = limits.bodyBytesMax(head)
        buffer = []
        switch head.framing {
        case .length(0):
            self.head = head
            return finish()
        case .length(let length):
            guard length <= bodyBytesMax else { throw .bodyTooLong(bodyBytesMax) }
            // More is not set aside on a promise.
            buffer.reserveCapacity(min(length, 64 * 1_024))
            state = .body(left: length)
        case .chunked:
            chunkReader = ChunkReader()
            state = .chunks
        }
        self.head = head
        return .bodyBegins(head)
    }

    // MARK: End

    private mutating func finish() -> Event {
        guard let head else { preconditionFailure("a body ended without a head") }
        let request = Request(head: head, body: buffer)
        self.head = nil
        buffer = []
        headReader = HeadReader()
        state = .between(.noEmptyLine)
        return .request(request)
    }
}
