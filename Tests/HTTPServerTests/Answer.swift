/// An answer as the client reads it.
struct Answer {
    var status = 0
    /// Lower-cased `name: value` lines.
    var fields: [String] = []
    var body = ""
    /// How much of the input it is.
    var bytes = 0

    /// Reads the first answer of `input`; nil while it is not complete.
    init?(_ input: [UInt8], toHead: Bool = false) {
        var end = 0
        while end + 4 <= input.count, Array(input[end..<end + 4]) != [13, 10, 13, 10] { end += 1 }
        guard end + 4 <= input.count else { return nil }
        let head = String(decoding: input[..<end], as: UTF8.self)
        let lines = head.split(separator: "\r\n").map { $0.lowercased() }
        status = Int(lines[0].split(separator: " ")[1]) ?? 0
        fields = Array(lines.dropFirst())
        let prefix = "content-length: "
        let length = fields.first { $0.hasPrefix(prefix) }.flatMap {
            Int($0.dropFirst(prefix.count))
        }
        let bodyBytes = toHead ? 0 : length ?? 0
        bytes = end + 4 + bodyBytes
        guard bytes <= input.count else { return nil }
        body = String(decoding: input[(end + 4)..<bytes], as: UTF8.self)
    }

    var closes: Bool { fields.contains("connection: close") }
}
