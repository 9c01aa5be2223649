import Core

/// The readers of short texts: lease tokens, identifiers, times, durations, periods. Each is
/// compared with what its grammar says, written down here a second time.
struct TokenTarget: FuzzTarget {
    let name = "token"
    let separators = Array("_-:.T+Z".utf8)
    let words = [
        "lease_", "job_", "att_", "key_", "led_", "_", "0", "7", "8", "f", "g", "z", "i", "l", "o",
        "u", "Z", "7zzzzzzzzzzzz", "fzzzzzzzzzzzz", "g000000000000", "8000000000000",
        "0000000000000", "é", "e\u{301}", "١", "０", "😀", "\0", " ", "+", "-", "T", "t", "Z", "z",
        ":", ".", "+00:00", "-00:01", "+23:59", "+24:00", "23:59:60", "24:00:00", "02-29", "02-30",
        "12-31", "01-01", "0000-", "9999-", "10000-", "1900-", "2000-", "2024-", ".000000001",
        ".999999999", ".0000000000", "ms", "s", "m", "h", "d", "36525d", "3155760000", "0.5", "1e3",
    ]

    func fault(in bytes: [UInt8], seed: UInt64) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        return namesFault(text) ?? periodFault(text) ?? timeFault(text) ?? durationFault(text)
    }

    // MARK: Names

    private func namesFault(_ text: String) -> String? {
        let token = LeaseToken(text: text)
        let isToken =
            text.utf8.count == 32 && text.utf8.starts(with: "lease_".utf8)
            && isNumber(text.utf8.dropFirst(6).prefix(13), firstMax: 7)
            && isNumber(text.utf8.dropFirst(19), firstMax: 15)
        guard (token != nil) == isToken else { return "a lease token, and not one" }
        if let token, token.description != text { return "shown as \(token)" }
        return fault(JobID.self, text) ?? fault(AttemptID.self, text) ?? fault(KeyID.self, text)
            ?? fault(LedgerID.self, text)
    }

    private func fault<Name: Identifier>(_ type: Name.Type, _ text: String) -> String? {
        let name = Name(text: text)
        let isName =
            text.utf8.starts(with: (Name.prefix + "_").utf8)
            && isNumber(text.utf8.dropFirst(4), firstMax: 7)
        guard (name != nil) == isName else { return "a \(Name.prefix) id, and not one" }
        guard let name else { return nil }
        return name.description == text && name.rawValue >= 0 ? nil : "shown as \(name)"
    }

    /// Whether these are thirteen digits of Crockford's, the first of them not above `firstMax`.
    private func isNumber(_ digits: some Collection<UInt8>, firstMax: Int) -> Bool {
        let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
        return digits.count == 13 && digits.allSatisfy(alphabet.contains)
            && digits.first.flatMap(alphabet.firstIndex(of:)).map { $0 <= firstMax } ?? false
    }

    private func periodFault(_ text: String) -> String? {
        guard let period = Period(text: text) else { return nil }
        guard period.description.utf8.elementsEqual(text.utf8) else { return "shown as \(period)" }
        guard period.start < period.end, Period(containing: period.start) == period,
            Period(containing: period.end.adding(-1)) == period
        else { return "a period that does not hold its own ends" }
        return nil
    }

    // MARK: Times

    private func timeFault(_ text: String) -> String? {
        let time = Timestamp(rfc3339: text)
        let reference = TimeReference(text)
        guard (time != nil) == (reference != nil) else {
            return time == nil ? "a time that is refused" : "taken for a time"
        }
        guard let time, let reference else { return nil }
        guard Timestamp(rfc3339: time.description) == time else { return "shown as \(time)" }
        guard time.milliseconds == reference.milliseconds else {
            return "read as \(time.milliseconds), not \(reference.milliseconds)"
        }
        return nil
    }

    // MARK: Durations

    private func durationFault(_ text: String) -> String? {
        let milliseconds = DurationText.milliseconds(text)
        let reference = DurationReference.milliseconds(text)
        guard milliseconds == reference else {
            return "a duration of \(milliseconds.map(String.init) ?? "nothing")"
                + ", not \(reference.map(String.init) ?? "nothing")"
        }
        guard let milliseconds else { return nil }
        guard DurationText.milliseconds("\(milliseconds)ms") == milliseconds else {
            return "\(milliseconds) ms are not read back"
        }
        return nil
    }
}
