import JSON

/// The canonical form that fixtures/json/oracle.py describes, by our reader and writer.
struct CanonicalForm {
    private let document: JSONDocument
    private var writer = JSONWriter()
    /// Whether numbers stay as they are; else they are shown by their values.
    private let keepsNumbers: Bool
    /// How deep containers are nested in what was written.
    private(set) var depth = 0
    /// What one way of reading says and another does not.
    private(set) var fault: String?

    init(_ document: JSONDocument, keepsNumbers: Bool = false) {
        self.document = document
        self.keepsNumbers = keepsNumbers
        write(document.root, depth: 1)
    }

    var bytes: [UInt8] { writer.bytes }

    private mutating func write(_ node: JSONNode, depth: Int) {
        switch node.kind {
        case .object:
            self.depth = max(self.depth, depth)
            writer.beginObject()
            var names: [[UInt8]] = []
            for (key, value) in document.members(of: node) {
                let name = document.text(key)
                names.append(Array(name.utf8))
                if document.isText(key, "kind") != name.utf8.elementsEqual("kind".utf8) {
                    fault = "a name is '\(name)' and is not"
                }
                writer.key(name)
                write(value, depth: depth + 1)
            }
            writer.endObject()
            if (document.duplicateKey(in: node) != nil) != (Set(names).count < names.count) {
                fault = "names are repeated and are not"
            }
        case .array:
            self.depth = max(self.depth, depth)
            writer.beginArray()
            for element in document.elements(of: node) { write(element, depth: depth + 1) }
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
