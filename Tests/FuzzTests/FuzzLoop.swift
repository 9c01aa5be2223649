import Core
import Testing

/// Tries the corpus, then damaged cases of it until the time is over, and reports what it finds so
/// that it can be seen again.
struct FuzzLoop<Target: FuzzTarget> {
    let target: Target
    private let settings = FuzzSettings()
    /// How long it works.
    private let time: Duration
    private let corpus: [(name: String, bytes: [UInt8])]
    private let mutator: Mutator
    /// Cases between two looks at the clock, which one run of another reader judges.
    private static var batchCount: Int { 1_000 }
    /// After so many reports the run ends: more of them say the same.
    private static var reportsMax: Int { 3 }

    /// A loop over `target`, one of `sharers` that have the time of one reader between them.
    init(_ target: Target, sharers: Int = 1) {
        self.target = target
        time = .seconds(settings.seconds) / sharers
        corpus = Folder.corpus(target.name)
        mutator = Mutator(
            corpus: corpus.map(\.bytes), words: target.words, separators: target.separators)
    }

    /// Runs. Between batches it makes way, for it would hold a thread of the pool all the time.
    func run() async throws {
        #expect(!corpus.isEmpty, "fixtures/fuzz/\(target.name) is empty")
        let journal = Journal(target.name)
        if let number = settings.onlyCase {
            _ = try report(tried([made(number)], journal))
            return
        }
        var reports = try report(tried(corpus.map(\.bytes).map(kept), journal))
        let clock = ContinuousClock()
        var worked = Duration.zero
        var number = 0
        while worked < time, reports < Self.reportsMax {
            let start = clock.now
            let batch = (number..<number + Self.batchCount).map(made)
            number += batch.count
            reports += try report(tried(batch, journal))
            worked += clock.now - start
            await Task.yield()
        }
        print("fuzz \(target.name): \(number) cases of seed \(settings.seed)")
    }

    // MARK: Cases

    private func made(_ number: Int) -> FuzzCase {
        // Each case has a sequence of its own, so that it can be made without those before it.
        var seeds = Random(seed: settings.seed &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(number))
        var random = Random(seed: seeds.next())
        return FuzzCase(number: number, seed: seeds.next(), bytes: mutator.make(&random))
    }

    private func kept(_ bytes: [UInt8]) -> FuzzCase {
        FuzzCase(number: -1, seed: settings.seed, bytes: bytes)
    }

    private func tried(
        _ cases: [FuzzCase], _ journal: Journal
    ) throws -> [(FuzzCase, fault: String)] {
        var faults: [(FuzzCase, fault: String)] = []
        for one in cases {
            journal.note(one.bytes)
            if let fault = target.fault(in: one.bytes, seed: one.seed) {
                faults.append((one, fault))
            }
        }
        for (one, opinion) in zip(cases, try target.secondOpinions(on: cases.map(\.bytes))) {
            if let opinion { faults.append((one, opinion)) }
        }
        return faults
    }

    // MARK: Reports

    private func report(_ found: [(FuzzCase, fault: String)]) throws -> Int {
        for (one, fault) in found.prefix(Self.reportsMax) {
            let small = try shrunk(one)
            let again =
                one.number < 0
                ? "it stands in fixtures/fuzz/\(target.name)"
                : "WEIR_FUZZ_SEED=\(settings.seed) WEIR_FUZZ_CASE=\(one.number) "
                    + "./scripts/test --quick --filter FuzzTests"
            Issue.record(
                """
                fuzz \(target.name), seed \(settings.seed), case \(one.number): \(fault)
                bytes: '\(FuzzCase.escaped(one.bytes))'
                small: '\(FuzzCase.escaped(small.bytes))'
                again: \(again)
                keep:  printf 'SMALL' > fixtures/fuzz/\(target.name)/NAME
                """)
        }
        return found.count
    }

    /// The case without whatever it can lose and still be one.
    private func shrunk(_ one: FuzzCase) throws -> FuzzCase {
        var best = one
        var size = max(1, one.bytes.count / 2)
        var tries = 0
        while size > 0, tries < 400 {
            var start = 0
            while start < best.bytes.count, tries < 400 {
                var bytes = best.bytes
                bytes.removeSubrange(start..<min(bytes.count, start + size))
                let smaller = FuzzCase(number: one.number, seed: one.seed, bytes: bytes)
                tries += 1
                if try isFault(smaller) { best = smaller } else { start += size }
            }
            size /= 2
        }
        return best
    }

    private func isFault(_ one: FuzzCase) throws -> Bool {
        if target.fault(in: one.bytes, seed: one.seed) != nil { return true }
        return try target.secondOpinions(on: [one.bytes])[0] != nil
    }
}
