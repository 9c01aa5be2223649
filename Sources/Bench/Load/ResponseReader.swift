/// Reads the answers of one connection that has one request in flight: the status and the length,
/// and the body where it is wanted. It knows the server that it measures, and no other.
package struct ResponseReader: AnswerReader {
    /// The status of the last answer.
    package private(set) var status = 0
    /// The body of the last answer; empty where bodies are not kept.
    package private(set) var body: [UInt8] = []
    private let keepsBody: Bool
    private var head: [UInt8] = []
    /// What is still to come of the body; nil while the head is read.
    private var bodyLeft: Int?

    /// A server's head has a few hundred bytes; more is not an answer of ours.
    private static let headBytesMax = 4_096

    /// A reader that keeps bodies, or only counts their bytes.
    package init(keepsBody: Bool) {
        self.keepsBody = keepsBody
        head.reserveCapacity(512)
    }

    /// Takes bytes as they came. True: an answer is complete, and these bytes ended with it.
    package mutating func take(_ bytes: Span<UInt8>) throws(BenchError) -> Bool {
        var start = 0
        if bodyLeft == nil {
            guard let end = try takeHead(bytes) else { return false }
            start = end
        }
        let left = (bodyLeft ?? 0) - (bytes.count - start)
        guard left >= 0 else {
            throw BenchError("the server sent \(-left) bytes more than one answer")
        }
        if keepsBody {
            unsafe bytes.extracting(start..<bytes.count).withUnsafeBufferPointer {
                unsafe body.append(contentsOf: $0)
            }
        }
        bodyLeft = left == 0 ? nil : left
        return left == 0
    }

    /// Takes the bytes of a head; where it ended, or nil if it goes on.
    private mutating func takeHead(_ bytes: Span<UInt8>) throws(BenchError) -> Int? {
        if head.isEmpty { body.removeAll(keepingCapacity: true) }
        for index in 0..<bytes.count {
            let byte = bytes[index]
            head.append(byte)
            if byte == UInt8(ascii: "\n"), head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
                try readHead()
                head.removeAll(keepingCapacity: true)
                return index + 1
            }
        }
        guard head.count <= ResponseReader.headBytesMax else {
            throw BenchError("the server sent a head of more than \(head.count) bytes")
        }
        return nil
    }

    private mutating func readHead() throws(BenchError) {
        guard head.starts(with: "HTTP/1.1 ".utf8), head.count > 16,
            let status = number(at: 9)
        else {
            throw BenchError("the server sent no HTTP: \(String(decoding: head, as: UTF8.self))")
        }
        self.status = status
        let name = Array("\r\nContent-Length: ".utf8)
        var position = 12
        while position + name.count < head.count {
            if head[position] == name[0], head[position + 2] == name[2],
                head[position..<(position + name.count)].elementsEqual(name)
            {
                guard let length = number(at: position + name.count) else { break }
                bodyLeft = length
                return
            }
            position += 1
        }
        throw BenchError("the server sent an answer without Content-Length")
    }

    /// The decimal number that begins there.
    private func number(at start: Int) -> Int? {
        var value: Int?
        for byte in head[start...].prefix(9) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { break }
            value = (value ?? 0) * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }
}
