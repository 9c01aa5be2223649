/// Reads the head of a request line by line, each when its LF has come. Where the bytes were cut
/// changes nothing: a line is looked at once, whole, and what is wrong with it is said then.
struct HeadReader: Sendable {
    /// Where the line begins that has not ended yet.
    private var lineStart = 0
    /// Up to here the bytes were searched for LF.
    private var searched = 0
    private var line: RequestLine?
    private var places: [HeaderFields.Place] = []
    private var framing = FramingFields()

    /// Reads on. `bytes` begins where the head begins and holds what it held before and more.
    /// How long the head is, once its empty line was read.
    mutating func read(
        _ bytes: Span<UInt8>, _ limits: HTTPLimits
    ) throws(HTTPRefusal) -> Int? {
        while let lineFeed = bytes.firstIndex(of: ASCII.lineFeed, from: searched) {
            guard lineFeed < limits.headBytesMax else { break }
            searched = lineFeed + 1
            guard lineFeed > lineStart, bytes[lineFeed - 1] == ASCII.carriageReturn else {
                throw .bareLineFeed
            }
            let range = lineStart..<lineFeed - 1
            lineStart = searched
            if range.isEmpty { return searched }
            try readLine(bytes, range, limits)
        }
        guard bytes.count <= limits.headBytesMax else { throw .headTooLong(limits.headBytesMax) }
        searched = bytes.count
        return nil
    }

    /// What was read. `bytes` are those of the whole head.
    func head(_ bytes: [UInt8]) throws(HTTPRefusal) -> RequestHead {
        guard let line else { preconditionFailure("a head ended before its request line") }
        let body = try framing.framing(line.version)
        let target = try RequestTarget(bytes.span, line.target, method: line.method)
        return RequestHead(
            method: line.method, path: target.path, query: target.query, version: line.version,
            keepAlive: framing.keepAlive(line.version),
            fields: HeaderFields(bytes: bytes, places: places), framing: body,
            // RFC 9110 §10.1.1: HTTP/1.0 knows no 100 and is not sent one.
            expectsContinue: framing.expectsContinue && line.version == .http11)
    }

    private mutating func readLine(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ limits: HTTPLimits
    ) throws(HTTPRefusal) {
        guard line != nil else {
            line = try RequestLine(bytes, range, methodBytesMax: limits.methodBytesMax)
            places.reserveCapacity(8)
            return
        }
        guard places.count < limits.fieldsMax else { throw .tooManyFields(limits.fieldsMax) }
        let name = try fieldName(bytes, range)
        let value = bytes.trimmed(name.upperBound + 1..<range.upperBound)
        try checkValue(bytes, value)
        try framing.read(bytes, name: name, value: value)
        places.append(HeaderFields.Place(name: name, value: value))
    }

    private func fieldName(
        _ bytes: Span<UInt8>, _ line: Range<Int>
    ) throws(HTTPRefusal) -> Range<Int> {
        var position = line.lowerBound
        while position < line.upperBound, ASCII.isToken(bytes[position]) { position += 1 }
        let name = line.lowerBound..<position
        guard position < line.upperBound, bytes[position] == UInt8(ascii: ":"), !name.isEmpty
        else {
            guard position < line.upperBound, ASCII.isBlank(bytes[position]) else {
                throw .badFieldName
            }
            throw name.isEmpty ? .foldedField : .spaceBeforeColon
        }
        return name
    }

    private func checkValue(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(HTTPRefusal) {
        for position in value where !ASCII.isFieldValue(bytes[position]) {
            throw bytes[position] == ASCII.carriageReturn ? .bareReturn : .controlInField
        }
    }
}
