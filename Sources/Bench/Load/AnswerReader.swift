/// Reads the answers of one connection, one after the other.
protocol AnswerReader {
    /// The status of the last answer, in the numbers of HTTP.
    var status: Int { get }
    /// The last answer's body, where it is kept.
    var body: [UInt8] { get }
    /// Takes bytes as they came. True: an answer is complete, and these bytes ended with it.
    mutating func take(_ bytes: Span<UInt8>) throws(BenchError) -> Bool
}
