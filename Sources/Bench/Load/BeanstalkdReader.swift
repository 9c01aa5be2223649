/// Reads the answers of beanstalkd: a line, and a body after it where the line says how long.
package struct BeanstalkdReader: AnswerReader {
    /// 200 for what was done, 500 for anything else.
    package private(set) var status = 0
    /// The answer, its line included.
    package private(set) var body: [UInt8] = []
    /// How long the answer is; nil until its line is complete.
    private var length: Int?
    private var isWhole = false

    /// A reader before the first answer.
    package init() {}

    package mutating func take(_ bytes: Span<UInt8>) throws(BenchError) -> Bool {
        if isWhole {
            body.removeAll(keepingCapacity: true)
            length = nil
            isWhole = false
        }
        for index in 0..<bytes.count {
            body.append(bytes[index])
            if length == nil, bytes[index] == UInt8(ascii: "\n") { try readLine() }
        }
        guard let length else { return false }
        guard body.count <= length else {
            throw BenchError("beanstalkd sent \(body.count - length) bytes more than one answer")
        }
        isWhole = body.count == length
        return isWhole
    }

    private mutating func readLine() throws(BenchError) {
        let words = body.dropLast(2).split(separator: UInt8(ascii: " "))
        guard let first = words.first.map({ String(decoding: $0, as: UTF8.self) }) else {
            throw BenchError("beanstalkd sent an empty line")
        }
        status = ["INSERTED", "RESERVED", "DELETED"].contains(first) ? 200 : 500
        var bodyLength = 0
        if first == "RESERVED" {
            guard words.count == 3, let count = Int(String(decoding: words[2], as: UTF8.self))
            else { throw BenchError("beanstalkd reserved a job without a length") }
            bodyLength = count + 2
        }
        length = body.count + bodyLength
    }

    /// The id of the job that the answer is about.
    package var job: ArraySlice<UInt8>? {
        let words = body.prefix { $0 != UInt8(ascii: "\r") }.split(separator: UInt8(ascii: " "))
        return words.count > 1 ? words[1] : nil
    }
}
