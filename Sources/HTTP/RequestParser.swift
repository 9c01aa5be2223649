/// Reads requests from the bytes of a connection, strictly and in whatever pieces they come.
package struct RequestParser: Sendable {
    private let limits: HTTPLimits
    private var state: State = .head
    /// The head while it arrives, then the body.
    private var buffer: [UInt8] = []
    private var head: RequestHead?
    private var bodyBytesMax = 0
    private var trailerBytes = 0

    private enum State: Hashable, Sendable {
        /// Reading to the empty line that ends the head.
        case head
        case body(left: Int)
        case chunkLine([UInt8])
        case chunkData(left: Int)
        /// After a chunk's data: CR, then LF.
        case chunkEnd(sawReturn: Bool)
        case trailer([UInt8])
    }

    /// What the bytes so far have come to.
    package enum Event: Sendable {
        case needsMore
        /// The head is fine and the client waits for `100 Continue` before it sends the body.
        case expectsContinue
        case request(Request)
        case refused(HTTPRefusal)
    }

    /// A parser at the beginning of a request.
    package init(limits: HTTPLimits) {
        self.limits = limits
    }

    /// True between requests: nothing of the next one has come.
    package var isIdle: Bool { state == .head && buffer.isEmpty && head == nil }

    /// True while a head is arriving.
    package var isInHead: Bool { state == .head && !buffer.isEmpty }

    /// Takes bytes up to the next event and says how many it took. After `request` the parser is
    /// at the beginning again; after `refused` it must not be used.
    package mutating func consume(_ input: Span<UInt8>) -> (taken: Int, event: Event) {
        var position = 0
        do throws(HTTPRefusal) {
            while position < input.count || isComplete {
                if let event = try step(input, &position) { return (position, event) }
            }
        } catch {
            return (position, .refused(error))
        }
        return (position, .needsMore)
    }

    /// A body of no bytes needs none.
    private var isComplete: Bool { state == .body(left: 0) }

    private mutating func step(
        _ input: Span<UInt8>, _ position: inout Int
    ) throws(HTTPRefusal) -> Event? {
        switch state {
        case .head:
            return try readHead(input, &position)
        case .body(let left):
            let count = min(left, input.count - position)
            append(input, position..<position + count)
            position += count
            state = .body(left: left - count)
            return left == count ? finish() : nil
        case .chunkLine(let line):
            return try readChunkLine(line, input, &position)
        case .chunkData(let left):
            let count = min(left, input.count - position)
            append(input, position..<position + count)
            position += count
            state = left == count ? .chunkEnd(sawReturn: false) : .chunkData(left: left - count)
            return nil
        case .chunkEnd(let sawReturn):
            let wanted = sawReturn ? ASCII.lineFeed : ASCII.carriageReturn
            guard input[position] == wanted else {
                throw HTTPRefusal(400, "a chunk is longer than its size, or not ended by CR LF")
            }
            position += 1
            state = sawReturn ? .chunkLine([]) : .chunkEnd(sawReturn: true)
            return nil
        case .trailer(let line):
            return try readTrailer(line, input, &position)
        }
    }

    // MARK: Head

    private mutating func readHead(
        _ input: Span<UInt8>, _ position: inout Int
    ) throws(HTTPRefusal) -> Event? {
        while position < input.count {
            let byte = input[position]
            position += 1
            buffer.append(byte)
            guard buffer.count <= limits.headBytesMax else {
                throw HTTPRefusal(
                    431, .headTooLarge,
                    "the request head is longer than \(limits.headBytesMax) bytes")
            }
            guard byte == ASCII.lineFeed else { continue }
            guard buffer.count >= 2, buffer[buffer.count - 2] == ASCII.carriageReturn else {
                throw HTTPRefusal(400, "a line ends with LF alone, without CR")
            }
            if buffer.count == 2, !sawLeadingLine {
                // RFC 9112 §2.2: one empty line before a request is forgiven.
                sawLeadingLine = true
                buffer.removeAll(keepingCapacity: true)
                continue
            }
            guard buffer.count >= 4, buffer[buffer.count - 3] == ASCII.lineFeed else {
                if buffer.count == 2 {
                    throw HTTPRefusal(400, "the request begins with empty lines")
                }
                continue
            }
            return try endHead(hasMoreInput: position < input.count)
        }
        return nil
    }

    private var sawLeadingLine = false

    private mutating func endHead(hasMoreInput: Bool) throws(HTTPRefusal) -> Event? {
        let head = try HeadParser.parse(buffer, limits: limits)
        bodyBytesMax = limits.bodyBytesMax(head)
        buffer = []
        self.head = head
        switch head.framing {
        case .length(let length):
            guard length <= bodyBytesMax else { throw bodyTooLarge }
            state = .body(left: length)
            buffer.reserveCapacity(min(length, 64 * 1_024))
            if length == 0 { return finish() }
        case .chunked:
            state = .chunkLine([])
        }
        return head.expectsContinue && !hasMoreInput ? .expectsContinue : nil
    }

    // MARK: Body

    private mutating func readChunkLine(
        _ sofar: [UInt8], _ input: Span<UInt8>, _ position: inout Int
    ) throws(HTTPRefusal) -> Event? {
        var line = sofar
        guard try readLine(&line, input, &position, max: limits.chunkLineBytesMax) else {
            state = .chunkLine(line)
            return nil
        }
        let size = try chunkSize(line)
        guard buffer.count + size <= bodyBytesMax else { throw bodyTooLarge }
        state = size == 0 ? .trailer([]) : .chunkData(left: size)
        return nil
    }

    /// Extensions are read over: nothing that we know uses them.
    private func chunkSize(_ line: [UInt8]) throws(HTTPRefusal) -> Int {
        let digits = line.prefix { ASCII.hexValue($0) != nil }
        guard !digits.isEmpty, digits.count <= 15,
            digits.count == line.count || line[digits.count] == UInt8(ascii: ";")
        else { throw HTTPRefusal(400, "a chunk size is not a plain hexadecimal number") }
        return digits.reduce(0) { $0 * 16 + (ASCII.hexValue($1) ?? 0) }
    }

    private mutating func readTrailer(
        _ sofar: [UInt8], _ input: Span<UInt8>, _ position: inout Int
    ) throws(HTTPRefusal) -> Event? {
        var line = sofar
        guard
            try readLine(
                &line, input, &position, max: limits.trailerBytesMax - trailerBytes)
        else {
            state = .trailer(line)
            return nil
        }
        if line.isEmpty { return finish() }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
            line[..<colon].allSatisfy(ASCII.isToken)
        else { throw HTTPRefusal(400, "a field after the body has no valid name") }
        trailerBytes += line.count + 2
        state = .trailer([])
        return nil
    }

    /// Adds input to a line; true when its CR LF was read, which the line is without.
    private func readLine(
        _ line: inout [UInt8], _ input: Span<UInt8>, _ position: inout Int, max: Int
    ) throws(HTTPRefusal) -> Bool {
        while position < input.count {
            let byte = input[position]
            position += 1
            if line.last == ASCII.carriageReturn {
                guard byte == ASCII.lineFeed else {
                    throw HTTPRefusal(400, "a line of a chunked body holds CR without LF")
                }
                line.removeLast()
                return true
            }
            guard byte == ASCII.carriageReturn || ASCII.isFieldValue(byte) else {
                throw HTTPRefusal(400, "a line of a chunked body holds a control character")
            }
            guard line.count < max else {
                throw HTTPRefusal(400, "a line of a chunked body is too long")
            }
            line.append(byte)
        }
        return false
    }

    private mutating func append(_ input: Span<UInt8>, _ range: Range<Int>) {
        for index in range { buffer.append(input[index]) }
    }

    private var bodyTooLarge: HTTPRefusal {
        HTTPRefusal(
            413, .tooLarge, "the body is longer than \(bodyBytesMax) bytes, which is the most here")
    }

    private mutating func finish() -> Event {
        guard let head else { preconditionFailure("a body ended without a head") }
        let request = Request(head: head, body: buffer)
        self.head = nil
        buffer = []
        trailerBytes = 0
        sawLeadingLine = false
        state = .head
        return .request(request)
    }
}
