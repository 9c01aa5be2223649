import Core
import JSON

/// The JSON scanner, documents and the writer, beside Python's json module.
struct JSONTarget: FuzzTarget {
    let name = "json"
    let separators = Array(",:[]{}\"".utf8)
    let words = [
        "\"", "\\", "{", "}", "[", "]", ",", ":", "{}", "[]", "\"\":", "\"a\":", "\"kind\":",
        "null", "true", "false", "NaN", "Infinity", "-Infinity", "nul", "True", "-", "+", ".",
        "e", "E", "e+", "e-9", "0e", ".5", "5.", "-0", "-0.0", "1e400", "1e-400", "1e99999999999",
        "0x1", "01", "\\u", "\\u0000", "\\u00e9", "\\ud83d", "\\ude00", "\\ud83d\\ude00", "\\n",
        "\\/", "\\x", "\\\"", "\u{FEFF}", "\u{2028}", "\u{7F}", "é", "😀", " ", "\n", "\t", "\r",
        "\0", "\u{1}", "\u{B}", "\u{A0}", "//", "/**/", "'", "[[[[[[[[", "]]]]]]]]",
        "{\"a\":{\"a\":{\"a\":", "}}}",
    ]
    private let oracle = LineOracle(command: [
        "python3", "-X", "utf8", Folder.root() + "/fixtures/json/oracle.py", "--lines",
    ])

    // MARK: By itself

    func fault(in bytes: [UInt8], seed: UInt64) -> String? {
        var random = Random(seed: seed)
        do throws(JSONError) {
            let document = try JSONDocument(validating: bytes)
            return fault(ofTaken: document, &random)
        } catch {
            guard (0...bytes.count).contains(error.offset), !error.description.isEmpty else {
                return "refused at byte \(error.offset) of \(bytes.count)"
            }
            return fault(ofRefused: bytes, error)
        }
    }

    private func fault(ofTaken document: JSONDocument, _ random: inout Random) -> String? {
        let form = CanonicalForm(document)
        if let fault = form.fault { return fault }
        guard form.depth <= JSONLimits.depthMax else { return "taken \(form.depth) levels deep" }
        let written = CanonicalForm(document, keepsNumbers: true).bytes
        guard let again = try? JSONDocument(validating: written) else {
            return "what was written of it is refused: '\(FuzzCase.escaped(written))'"
        }
        guard CanonicalForm(again).bytes == form.bytes else {
            return "what was written of it has another meaning: '\(FuzzCase.escaped(written))'"
        }
        let bytes = document.bytes
        if form.depth > 0 {
            guard isTaken(bytes, depthMax: form.depth), !isTaken(bytes, depthMax: form.depth - 1)
            else { return "its \(form.depth) levels are counted in another way" }
            let cut = document.root.start + Int(random.next() % UInt64(document.root.end))
            if cut < document.root.end, isTaken(Array(bytes[..<cut])) {
                return "its first \(cut) bytes are taken too"
            }
        }
        guard isTaken([0x20] + bytes + [0x0A]) else { return "space around it is not taken" }
        return isTaken(bytes + Array(",1".utf8)) ? "more than one value is taken" : nil
    }

    /// What is wrong stays wrong whatever follows it, and the beginning is not what is wrong.
    private func fault(ofRefused bytes: [UInt8], _ error: JSONError) -> String? {
        switch error.reason {
        case .unexpectedEnd, .badUTF8, .badNumber, .loneSurrogate, .badEscape: return nil
        case .unexpectedByte, .tooDeep, .controlCharacter, .trailingBytes: break
        }
        do throws(JSONError) {
            _ = try JSONDocument(validating: bytes + [0x7D])
            return "refused, but not with more behind it"
        } catch let longer {
            return longer.offset == error.offset
                ? nil : "refused at \(error.offset), with more behind it at \(longer.offset)"
        }
    }

    private func isTaken(_ bytes: [UInt8], depthMax: Int = JSONLimits.depthMax) -> Bool {
        (try? JSONDocument(validating: bytes, depthMax: depthMax)) != nil
    }

    // MARK: Beside Python

    func secondOpinions(on cases: [[UInt8]]) throws -> [String?] {
        try zip(cases, oracle.verdicts(on: cases)).map { bytes, verdict in
            let ours = (try? JSONDocument(validating: bytes)).map { CanonicalForm($0).bytes }
            guard let ours else {
                return verdict.hasPrefix("R ") ? nil : "only Python takes it"
            }
            guard verdict.hasPrefix("A ") else { return "Python refuses it: \(verdict)" }
            let theirs = verdict.dropFirst(2)
            return LineOracle.hex(ours) == theirs
                ? nil : "for Python it is \(theirs), for us \(LineOracle.hex(ours)), in hex"
        }
    }
}
