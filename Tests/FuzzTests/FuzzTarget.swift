/// What a fuzzer tries to break.
protocol FuzzTarget {
    /// The folder of fixtures/fuzz that has its corpus.
    var name: String { get }
    /// Words that mean something to it.
    var words: [String] { get }
    /// Bytes that part the pieces that cases of the corpus exchange.
    var separators: [UInt8] { get }

    /// What is wrong with how the bytes are read; nil if nothing is.
    func fault(in bytes: [UInt8], seed: UInt64) -> String?

    /// What another reader finds wrong with our reading of each of many cases.
    func secondOpinions(on cases: [[UInt8]]) throws -> [String?]
}

extension FuzzTarget {
    func secondOpinions(on cases: [[UInt8]]) throws -> [String?] {
        Array(repeating: nil, count: cases.count)
    }
}
