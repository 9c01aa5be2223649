/// A value in a document: where it begins and ends.
package struct JSONNode: Hashable, Sendable {
    /// What a value is.
    package enum Kind: Hashable, Sendable {
        case object
        case array
        case string
        case number
        case `true`
        case `false`
        case null
    }

    package let start: Int
    package let end: Int
    package let kind: Kind
}

/// Bounds of the JSON that is taken in.
package enum JSONLimits {
    /// How deep containers may be nested; deeper ones are mistakes or attacks.
    package static let depthMax = 64
}

/// A JSON text that was checked once, whole. Reading walks over its bytes again and keeps nothing,
/// so a document costs its bytes and no more, however many values are in it.
package struct JSONDocument: Sendable {
    package let bytes: [UInt8]
    package let root: JSONNode

    /// Checks the bytes: grammar, UTF-8, depth. Half surrogate pairs are refused, because they are
    /// no text that could be stored; duplicate names are not, because only our own objects care.
    package init(
        validating bytes: [UInt8], depthMax: Int = JSONLimits.depthMax
    ) throws(JSONError) {
        try JSONScanner.check(bytes.span, depthMax: depthMax)
        self.bytes = bytes
        var scanner = JSONScanner(at: 0)
        scanner.skipSpace(bytes.span)
        root = JSONDocument.node(bytes.span, &scanner)
    }

    // MARK: Containers

    /// The members of an object, in order.
    package func members(of object: JSONNode) -> JSONMembers {
        precondition(object.kind == .object, "members were asked of what is no object")
        return JSONMembers(bytes: bytes, after: object.start)
    }

    /// The elements of an array, in order.
    package func elements(of array: JSONNode) -> JSONElements {
        precondition(array.kind == .array, "elements were asked of what is no array")
        return JSONElements(bytes: bytes, after: array.start)
    }

    /// The first member of an object with this name.
    package func member(_ object: JSONNode, _ name: StaticString) -> JSONNode? {
        for (key, value) in members(of: object) where isText(key, name) { return value }
        return nil
    }

    /// A member name that an object has twice, if there is one.
    package func duplicateKey(in object: JSONNode) -> String? {
        // As bytes: as text, two ways to write 'é' would be one name.
        var names = Set<[UInt8]>()
        for (key, _) in members(of: object) {
            let name = text(key)
            if !names.insert(Array(name.utf8)).inserted { return name }
        }
        return nil
    }

    // MARK: Scalars

    /// The bytes of a value as they stand in the text.
    package func raw(_ node: JSONNode) -> ArraySlice<UInt8> { bytes[node.start..<node.end] }

    /// True if a string is `literal`, which is ASCII. Takes no memory when it has no escapes.
    package func isText(_ node: JSONNode, _ literal: StaticString) -> Bool {
        guard node.kind == .string else { return false }
        let length = node.end - node.start - 2
        if length == literal.utf8CodeUnitCount {
            return literal.withUTF8Buffer { wanted in
                wanted.elementsEqual(bytes[node.start + 1..<node.end - 1])
            }
        }
        guard length > literal.utf8CodeUnitCount,
            bytes[node.start + 1..<node.end - 1].contains(UInt8(ascii: "\\"))
        else { return false }
        return text(node).utf8.elementsEqual(literal.description.utf8)
    }

    /// A string with its escapes undone.
    package func text(_ node: JSONNode) -> String {
        precondition(node.kind == .string, "text was asked of what is no string")
        let inside = bytes[node.start + 1..<node.end - 1]
        guard inside.contains(UInt8(ascii: "\\")) else {
            return String(decoding: inside, as: UTF8.self)
        }
        return JSONEscapes.undo(inside)
    }

    /// A number that is exactly an integer of 64 bits; `5.0` and `1e3` are. Else nil.
    package func integer(_ node: JSONNode) -> Int64? {
        node.kind == .number ? JSONInteger.value(raw(node)) : nil
    }

    /// A number as a binary fraction; nil if it is too great for one.
    package func number(_ node: JSONNode) -> Double? {
        guard node.kind == .number,
            let value = Double(String(decoding: raw(node), as: UTF8.self)), value.isFinite
        else { return nil }
        return value
    }

    /// True or false, or nil if it is neither.
    package func bool(_ node: JSONNode) -> Bool? {
        switch node.kind {
        case .true: true
        case .false: false
        case .object, .array, .string, .number, .null: nil
        }
    }

    // MARK: Private

    /// The value at the scanner's place, which goes past it.
    static func node(_ bytes: Span<UInt8>, _ scanner: inout JSONScanner) -> JSONNode {
        let start = scanner.position
        let kind: JSONNode.Kind =
            switch bytes[start] {
            case UInt8(ascii: "{"): .object
            case UInt8(ascii: "["): .array
            case UInt8(ascii: "\""): .string
            case UInt8(ascii: "t"): .true
            case UInt8(ascii: "f"): .false
            case UInt8(ascii: "n"): .null
            default: .number
            }
        scanner.skipValue(bytes)
        return JSONNode(start: start, end: scanner.position, kind: kind)
    }
}
