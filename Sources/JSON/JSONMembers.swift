/// The members of an object, read one after the other.
package struct JSONMembers: Sequence, IteratorProtocol, Sendable {
    private let bytes: [UInt8]
    private var scanner: JSONScanner

    init(bytes: [UInt8], after opening: Int) {
        self.bytes = bytes
        scanner = JSONScanner(at: opening + 1)
    }

    package mutating func next() -> (key: JSONNode, value: JSONNode)? {
        let bytes = self.bytes
        let span = bytes.span
        scanner.skipSpace(span)
        if span[scanner.position] == UInt8(ascii: ",") {
            scanner.advance()
            scanner.skipSpace(span)
        }
        guard span[scanner.position] != UInt8(ascii: "}") else { return nil }
        let key = JSONDocument.node(span, &scanner)
        scanner.skipSpace(span)
        scanner.advance()
        scanner.skipSpace(span)
        return (key, JSONDocument.node(span, &scanner))
    }
}

/// The elements of an array, read one after the other.
package struct JSONElements: Sequence, IteratorProtocol, Sendable {
    private let bytes: [UInt8]
    private var scanner: JSONScanner

    init(bytes: [UInt8], after opening: Int) {
        self.bytes = bytes
        scanner = JSONScanner(at: opening + 1)
    }

    package mutating func next() -> JSONNode? {
        let bytes = self.bytes
        let span = bytes.span
        scanner.skipSpace(span)
        if span[scanner.position] == UInt8(ascii: ",") {
            scanner.advance()
            scanner.skipSpace(span)
        }
        guard span[scanner.position] != UInt8(ascii: "]") else { return nil }
        return JSONDocument.node(span, &scanner)
    }
}
