import Glibc

/// The request parser beside Python's h11, or beside http.server where h11 is not installed.
struct HTTPBesidePython: FuzzTarget {
    let name = "http"
    let words = HTTPTarget().words
    let separators = HTTPTarget().separators
    /// What Python reads with, such as `h11 0.16.0`.
    let reader: String
    private let oracle: LineOracle
    private var isH11: Bool { reader.hasPrefix("h11") }

    init() throws {
        // scripts/setup makes the first of them.
        let own = Folder.root() + "/.build/python/bin/python3"
        let python = access(own, X_OK) == 0 ? own : "python3"
        let program = [python, "-X", "utf8", Folder.root() + "/fixtures/fuzz/http_oracle.py"]
        oracle = LineOracle(command: program)
        reader = try LineOracle(command: program + ["--name"]).verdicts(on: [[]])[0]
    }

    func fault(in bytes: [UInt8], seed: UInt64) -> String? { nil }

    func secondOpinions(on cases: [[UInt8]]) throws -> [String?] {
        // We refuse a line as soon as it is wrong, h11 a head when it is whole. So each case is
        // asked a second time with an end behind it, and then nobody may wait any more.
        let ended = cases.map { $0 + [13, 10, 13, 10] }
        let lines = try oracle.verdicts(on: cases + ended)
        let verdicts = zip(cases + ended, lines).map { bytes, line in
            HTTPVerdict(line: line).map { (bytes, $0) }
        }
        return cases.indices.map { index in
            guard let asIs = verdicts[index], let ended = verdicts[cases.count + index] else {
                return "Python gives no verdict: \(lines[index])"
            }
            return difference(asIs.0, asIs.1, mayWait: true)
                ?? difference(ended.0, ended.1, mayWait: false).map { "with an end, \($0)" }
        }
    }

    // MARK: Comparing

    private func difference(_ bytes: [UInt8], _ theirs: HTTPVerdict, mayWait: Bool) -> String? {
        let ours = HTTPVerdict(ours: bytes)
        let both = min(ours.requests.count, theirs.requests.count)
        for index in 0..<both where ours.requests[index] != theirs.requests[index] {
            return "request \(index) is for us '\(ours.requests[index])',"
                + " for \(reader) '\(theirs.requests[index])'"
        }
        // Of http.server no more is asked than that it understands what we take: it takes nearly
        // anything, and only the first request of a connection.
        guard isH11 else {
            guard case .refused(let reason) = theirs.end, !ours.requests.isEmpty else { return nil }
            return "we take what \(reader) refuses: \(reason)"
        }
        if ours.requests.count == theirs.requests.count, ours.end == theirs.end { return nil }
        switch (ours.end, theirs.end) {
        case (.refused, .refused) where both == max(ours.requests.count, theirs.requests.count):
            return nil
        case (.refused, .open) where mayWait && ours.requests.count == theirs.requests.count:
            return nil
        case (.refused(let detail), _) where ours.requests.count == both:
            return isMeant(HTTPDifference.stricter, detail, bytes)
                ? nil : "only we refuse it: \(detail)"
        case (_, .refused(let reason)) where theirs.requests.count == both:
            return isMeant(HTTPDifference.milder, reason, bytes)
                ? nil : "only \(reader) refuses it: \(reason)"
        case (.open, _), (.closed, _), (.refused, _):
            return "we end \(ours.end) after \(ours.requests.count) requests,"
                + " \(reader) \(theirs.end) after \(theirs.requests.count)"
        }
    }

    private func isMeant(_ rows: [HTTPDifference], _ words: String, _ bytes: [UInt8]) -> Bool {
        let lines = HTTPLines(bytes)
        return rows.contains { words.hasPrefix($0.words) && $0.holds(lines) }
    }
}
