import JSON
import Testing

@Suite struct `Weir and Python read the same JSON` {
    /// The canonical form that fixtures/json/oracle.py describes, by our reader and writer.
    private struct Canonical {
        let document: JSONDocument
        var writer = JSONWriter()
        /// Whether numbers stay as they are; else they are shown by their values.
        let keepsNumbers: Bool

        init(_ document: JSONDocument, keepsNumbers: Bool) {
            self.document = document
            self.keepsNumbers = keepsNumbers
            write(document.root)
        }

        private mutating func write(_ node: JSONNode) {
            switch node.kind {
            case .object:
                writer.beginObject()
                for (key, value) in document.members(of: node) {
                    writer.key(document.text(key))
                    write(value)
                }
                writer.endObject()
            case .array:
                writer.beginArray()
                for element in document.elements(of: node) { write(element) }
                writer.endArray()
            case .string: writer.string(document.text(node))
            case .number: writeNumber(node)
            case .true: writer.bool(true)
            case .false: writer.bool(false)
            case .null: writer.null()
            }
        }

        private mutating func writeNumber(_ node: JSONNode) {
            guard !keepsNumbers else { return writer.raw(document.raw(node)) }
            let whole = document.integer(node).map { String($0) } ?? "-"
            let bits = document.number(node).map { value in
                let digits = String(value.bitPattern, radix: 16)
                return String(repeating: "0", count: 16 - digits.count) + digits
            }
            writer.raw(Array("#\(whole):\(bits ?? "-")".utf8))
        }
    }

    private func document(_ bytes: [UInt8]) -> JSONDocument? {
        try? JSONDocument(validating: bytes)
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `documents and spoiled ones get the same verdict and the same values`(
        seed: UInt64
    ) throws {
        var maker = DocumentMaker(seed: seed)
        var documents: [[UInt8]] = []
        for _ in 0..<1_500 {
            let sound = maker.document()
            documents.append(sound)
            documents.append(maker.spoiled(sound))
            documents.append(maker.spoiled(sound))
        }
        let verdicts = try PythonOracle.judge(documents)
        var (accepted, refused) = (0, 0)
        for (bytes, verdict) in zip(documents, verdicts) {
            let text = String(decoding: bytes, as: UTF8.self)
            switch verdict {
            case .accepted(let canonical):
                accepted += 1
                guard let document = document(bytes) else {
                    Issue.record("seed \(seed): only Python takes \(text)")
                    continue
                }
                let ours = Canonical(document, keepsNumbers: false).writer.bytes
                // The values as text are for whoever reads the failure.
                let (here, there) = (
                    String(decoding: ours, as: UTF8.self),
                    String(decoding: canonical, as: UTF8.self)
                )
                #expect(ours == canonical, "seed \(seed): \(text): \(here), not \(there)")
            case .refused(let reason):
                refused += 1
                #expect(
                    document(bytes) == nil,
                    "seed \(seed): Python refuses \(text) because \(reason)")
            }
        }
        // Both verdicts were put to the test.
        #expect(accepted > 1_500)
        #expect(refused > 1_500)
    }

    @Test func `Python reads the same values from what Weir has written`() throws {
        var maker = DocumentMaker(seed: 3)
        let sources = (0..<1_000).map { _ in maker.document() }.compactMap { document($0) }
        let written = sources.map { Canonical($0, keepsNumbers: true).writer.bytes }
        let before = try PythonOracle.judge(sources.map(\.bytes))
        let after = try PythonOracle.judge(written)
        #expect(sources.count > 900)
        #expect(before == after)
    }

    @Test(arguments: [
        ("NaN", "NaN and Infinity"), ("[-Infinity]", "NaN and Infinity"),
        ("\"\\ud800\"", "half a surrogate pair"), ("\u{FEFF}1", "BOM"),
        (String(repeating: "[", count: 65) + String(repeating: "]", count: 65), "too deep"),
    ])
    func `the differences that are meant are refused by name`(
        text: String, reason: String
    ) throws {
        let verdict = try PythonOracle.judge([Array(text.utf8)])
        guard case .refused(let why) = verdict.first else {
            Issue.record("\(text) is taken by the oracle")
            return
        }
        #expect(why.contains(reason))
        #expect(document(Array(text.utf8)) == nil)
    }
}
