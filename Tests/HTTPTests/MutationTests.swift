import HTTP
import Testing

/// Damaged requests never stop the program, and the cuts never matter.
@Suite struct MutationTests {
    @Test(arguments: UInt64(1)...40)
    func `damaged requests are read the same whole, in pieces and byte by byte`(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for round in 0..<50 {
            var bytes = Array((random.pick(Samples.all) + random.pick(Samples.all)).utf8)
            for _ in 0...random.below(4) { damage(&bytes, &random) }
            let whole = ParserRun(bytes)
            let cuts = (0..<random.below(6)).map { _ in random.below(bytes.count + 1) }.sorted()
            let name = "seed \(seed), round \(round)"
            #expect(ParserRun(bytes, cutAt: cuts) == whole, "\(name), cut at \(cuts)")
            #expect(ParserRun(drippedFrom: bytes) == whole, "\(name), byte by byte")
        }
    }

    @Test(arguments: UInt64(1)...20)
    func `noise after a good beginning is read the same whole and byte by byte`(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for round in 0..<50 {
            let noise = (0..<random.below(200)).map { _ in random.pick(MutationTests.alphabet) }
            let bytes = Array(random.pick(MutationTests.beginnings).utf8) + noise
            #expect(
                ParserRun(drippedFrom: bytes) == ParserRun(bytes), "seed \(seed), round \(round)")
        }
    }

    private func damage(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
        guard !bytes.isEmpty else { return }
        let place = random.below(bytes.count)
        switch random.below(6) {
        case 0: bytes[place] ^= 1 << UInt8(random.below(8))
        case 1: bytes[place] = random.pick(MutationTests.alphabet)
        case 2: bytes.insert(random.pick(MutationTests.alphabet), at: place)
        case 3: bytes.remove(at: place)
        case 4:
            let end = min(bytes.count, place + 1 + random.below(20))
            bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
        default:
            let end = min(bytes.count, place + 1 + random.below(20))
            bytes.removeSubrange(place..<end)
        }
    }

    private static let beginnings = [
        "", "\r\n", "GET /", "GET / HTTP/1.1\r\nHost: ", "POST / HTTP/1.1\r\nHost: a\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: ",
    ]

    /// The bytes that mean something, so that damage gets past the first check.
    private static let alphabet = Array(
        "\r\n\r\n\t :;,/?%&=+#*[]@0123456789abcdefXHTGP.-\0\u{7F}é".utf8)
}
