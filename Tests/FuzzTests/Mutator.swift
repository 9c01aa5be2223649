import Core

/// Damages cases of a corpus in ways that often stay near what the reader takes.
struct Mutator {
    private let corpus: [[UInt8]]
    private let words: [[UInt8]]
    private let separators: [UInt8]
    /// Beyond this no case grows: what matters here happens early or never.
    private static let bytesMax = 4_096

    init(corpus: [[UInt8]], words: [String], separators: [UInt8]) {
        self.corpus = corpus.isEmpty ? [[]] : corpus
        self.words = (words + Mutator.numbers).map { Array($0.utf8) }
        self.separators = separators
    }

    /// Numbers at which something overflows, or begins to need another digit.
    private static let numbers = [
        "0", "-0", "-1", "00", "1", "9", "10", "255", "256", "65535", "65536", "4294967295",
        "9007199254740993", "9223372036854775807", "9223372036854775808", "18446744073709551615",
        "18446744073709551616", "99999999999999999999999", "7fffffffffffffff", "ffffffffffffffff",
    ]

    /// A damaged case; the same for the same state of `random`.
    func make(_ random: inout Random) -> [UInt8] {
        var bytes = pick(corpus, &random)
        switch random.next() % 8 {
        case 0: bytes += pick(corpus, &random)
        case 1: splice(&bytes, &random)
        default: break
        }
        // Mostly few changes, now and then many.
        let changes = Int(random.next() % (1 << (random.next() % 5)))
        for _ in 0...changes { change(&bytes, &random) }
        return Array(bytes.prefix(Mutator.bytesMax))
    }

    // MARK: Changes

    private func change(_ bytes: inout [UInt8], _ random: inout Random) {
        let place = below(bytes.count + 1, &random)
        switch random.next() % 16 {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.next() % 8)
        case 1 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 2: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
        case 3, 4: bytes.insert(contentsOf: pick(words, &random), at: place)
        case 5: bytes.replaceSubrange(range(bytes, at: place, &random), with: pick(words, &random))
        case 6: bytes.removeSubrange(range(bytes, at: place, &random))
        case 7: bytes.insert(contentsOf: Array(bytes[range(bytes, at: place, &random)]), at: place)
        case 8: bytes.removeSubrange(place...)
        case 9: repeatRange(&bytes, at: place, &random)
        case 10: splice(&bytes, &random)
        case 11: replaceNumber(&bytes, &random)
        case 12: flipCase(&bytes, at: place)
        default: exchangePiece(&bytes, &random)
        }
    }

    /// The beginning of this case and the end of another one.
    private func splice(_ bytes: inout [UInt8], _ random: inout Random) {
        let other = pick(corpus, &random)
        bytes.removeSubrange(below(bytes.count + 1, &random)...)
        bytes += other[below(other.count + 1, &random)...]
    }

    /// A piece between separators is dropped, doubled, moved or replaced by one of another case.
    private func exchangePiece(_ bytes: inout [UInt8], _ random: inout Random) {
        let own = pieces(bytes)
        let piece = own[below(own.count, &random)]
        switch random.next() % 4 {
        case 0: bytes.removeSubrange(piece)
        case 1: bytes.insert(contentsOf: Array(bytes[piece]), at: piece.upperBound)
        case 2:
            let moved = Array(bytes[piece])
            let target = own[below(own.count, &random)].lowerBound
            bytes.insert(contentsOf: moved, at: target)
            let start =
                target <= piece.lowerBound ? piece.lowerBound + moved.count : piece.lowerBound
            bytes.removeSubrange(start..<start + moved.count)
        default:
            let other = pick(corpus, &random)
            let others = pieces(other)
            let replacement = other[others[below(others.count, &random)]]
            let target = random.next() % 2 == 0 ? piece : piece.lowerBound..<piece.lowerBound
            bytes.replaceSubrange(target, with: replacement)
        }
    }

    private func repeatRange(
        _ bytes: inout [UInt8], at place: Int, _ random: inout Random
    ) {
        let unit = Array(bytes[range(bytes, at: place, &random)])
        let count = below(1 << Int(random.next() % 9), &random)
        guard unit.count * count <= Mutator.bytesMax else { return }
        bytes.insert(contentsOf: Array(repeatElement(unit, count: count).joined()), at: place)
    }

    private func replaceNumber(_ bytes: inout [UInt8], _ random: inout Random) {
        let starts = bytes.indices.filter { index in
            isDigit(bytes[index]) && (index == 0 || !isDigit(bytes[index - 1]))
        }
        guard !starts.isEmpty else { return }
        let start = starts[below(starts.count, &random)]
        let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
        let number = Mutator.numbers[below(Mutator.numbers.count, &random)]
        bytes.replaceSubrange(start..<end, with: Array(number.utf8))
    }

    private func flipCase(_ bytes: inout [UInt8], at place: Int) {
        guard place < bytes.count else { return }
        let lower = bytes[place] | 0x20
        if lower >= UInt8(ascii: "a"), lower <= UInt8(ascii: "z") { bytes[place] ^= 0x20 }
    }

    // MARK: Choosing

    /// The pieces, each with the separator that ends it.
    private func pieces(_ bytes: [UInt8]) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        var start = 0
        for (index, byte) in bytes.enumerated() where separators.contains(byte) {
            pieces.append(start..<index + 1)
            start = index + 1
        }
        pieces.append(start..<bytes.count)
        return pieces
    }

    private func range(
        _ bytes: [UInt8], at place: Int, _ random: inout Random
    ) -> Range<Int> {
        let count = below(1 << Int(random.next() % 6), &random)
        return place..<min(bytes.count, place + count)
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

    private func below(_ bound: Int, _ random: inout Random) -> Int {
        Int(random.next() % UInt64(bound))
    }

    private func pick(_ list: [[UInt8]], _ random: inout Random) -> [UInt8] {
        list[below(list.count, &random)]
    }
}
