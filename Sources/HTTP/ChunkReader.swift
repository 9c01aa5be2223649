/// Reads a chunked body byte by byte, and the data of its chunks at once. Extensions and trailers
/// are bounded and dropped: nothing that is known here uses them, but a proxy may send them.
struct ChunkReader: Sendable {
    private var state: State = .size(value: 0, digits: 0)
    private var extensionBytes = 0
    private var trailerBytes = 0

    private enum State: Sendable {
        case size(value: Int, digits: Int)
        case sizeExtension(size: Int)
        /// After the CR of a size line.
        case sizeEnd(size: Int)
        case data(left: Int)
        case dataEnd
        /// After the CR behind the data.
        case dataReturn
        case trailerStart
        case trailerName
        case trailerValue
        /// After the CR of a trailer.
        case trailerReturn
        /// After the CR of the empty line that ends the body.
        case lastReturn
    }

    /// Sixteen digits would reach the sign of `Int`. Nobody writes sizes with more zeros ahead.
    private static let sizeDigitsMax = 15

    /// Reads on and adds the data to `body`; true when the body has ended.
    mutating func read(
        _ input: Span<UInt8>, _ position: inout Int, into body: inout [UInt8], bytesMax: Int,
        _ limits: HTTPLimits
    ) throws(HTTPRefusal) -> Bool {
        while position < input.count {
            if case .data(let left) = state {
                let count = min(left, input.count - position)
                body.append(input.extracting(position..<position + count))
                position += count
                state = left == count ? .dataEnd : .data(left: left - count)
                continue
            }
            let byte = input[position]
            position += 1
            if case .lastReturn = state {
                guard byte == ASCII.lineFeed else { throw .bareReturn }
                return true
            }
            state = try next(byte, roomLeft: bytesMax - body.count, bytesMax: bytesMax, limits)
        }
        return false
    }

    private mutating func next(
        _ byte: UInt8, roomLeft: Int, bytesMax: Int, _ limits: HTTPLimits
    ) throws(HTTPRefusal) -> State {
        switch state {
        case .size(let value, let digits):
            return try size(byte, value, digits)
        case .sizeExtension(let size):
            return try sizeExtension(byte, size, limits)
        case .sizeEnd(let size):
            guard byte == ASCII.lineFeed else { throw .bareReturn }
            guard size <= roomLeft else { throw .bodyTooLong(bytesMax) }
            return size == 0 ? .trailerStart : .data(left: size)
        case .dataEnd:
            guard byte == ASCII.carriageReturn else { throw .unendedChunk }
            return .dataReturn
        case .dataReturn:
            guard byte == ASCII.lineFeed else { throw .unendedChunk }
            return .size(value: 0, digits: 0)
        case .trailerStart, .trailerName, .trailerValue, .trailerReturn:
            return try trailer(byte, limits)
        case .data, .lastReturn:
            preconditionFailure("\(state) is not read byte by byte")
        }
    }

    private func size(_ byte: UInt8, _ value: Int, _ digits: Int) throws(HTTPRefusal) -> State {
        if let digit = ASCII.hexValue(byte) {
            guard digits < ChunkReader.sizeDigitsMax else { throw .chunkSizeOverflow }
            return .size(value: value << 4 | Int(digit), digits: digits + 1)
        }
        guard digits > 0 else { throw .badChunkSize }
        switch byte {
        case ASCII.carriageReturn: return .sizeEnd(size: value)
        case UInt8(ascii: ";"): return .sizeExtension(size: value)
        case ASCII.lineFeed: throw .bareLineFeed
        default: throw .badChunkSize
        }
    }

    private mutating func sizeExtension(
        _ byte: UInt8, _ size: Int, _ limits: HTTPLimits
    ) throws(HTTPRefusal) -> State {
        if byte == ASCII.carriageReturn { return .sizeEnd(size: size) }
        if byte == ASCII.lineFeed { throw .bareLineFeed }
        guard ASCII.isFieldValue(byte) else { throw .controlInChunkLine }
        extensionBytes += 1
        guard extensionBytes <= limits.chunkExtensionBytesMax else {
            throw .extensionsTooLong(limits.chunkExtensionBytesMax)
        }
        return .sizeExtension(size: size)
    }

    private mutating func trailer(
        _ byte: UInt8, _ limits: HTTPLimits
    ) throws(HTTPRefusal) -> State {
        if case .trailerStart = state, byte == ASCII.carriageReturn { return .lastReturn }
        trailerBytes += 1
        guard trailerBytes <= limits.trailerBytesMax else {
            throw .trailersTooLong(limits.trailerBytesMax)
        }
        switch state {
        case .trailerReturn:
            guard byte == ASCII.lineFeed else { throw .bareReturn }
            return .trailerStart
        case .trailerValue:
            if byte == ASCII.carriageReturn { return .trailerReturn }
            if byte == ASCII.lineFeed { throw .bareLineFeed }
            guard ASCII.isFieldValue(byte) else { throw .controlInTrailer }
            return .trailerValue
        case .trailerStart, .trailerName:
            if case .trailerName = state, byte == UInt8(ascii: ":") { return .trailerValue }
            if byte == ASCII.lineFeed { throw .bareLineFeed }
            guard ASCII.isToken(byte) else { throw .badTrailer }
            return .trailerName
        case .size, .sizeExtension, .sizeEnd, .data, .dataEnd, .dataReturn, .lastReturn:
            preconditionFailure("\(state) is not part of a trailer")
        }
    }
}
