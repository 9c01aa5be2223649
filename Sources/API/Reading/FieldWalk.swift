import HTTP
import JSON

/// The names of the fields that an object of ours may have.
protocol FieldNames: RawRepresentable<Int> {
    /// The name in JSON. The raw values run from 0 without a gap, at most to 63.
    var name: StaticString { get }
}

/// Walks an object once. What is unknown or there twice is noted as wrong and passed over.
struct FieldWalk<Field: FieldNames> {
    let place: Place
    private var members: JSONMembers?
    private var seen: UInt64 = 0

    /// Walks the body, which has to be an object.
    init(body reader: inout BodyReader) throws(Problem) {
        self.init(reader.document.root, at: .root, &reader)
        if members == nil { try reader.finish() }
    }

    /// Walks the object at `place`; anything else there is noted as wrong and has no fields.
    init(_ node: JSONNode, at place: Place, _ reader: inout BodyReader) {
        self.place = place
        if node.kind == .object {
            members = reader.document.members(of: node)
        } else {
            reader.expected("an object", found: node, at: place.text)
        }
    }

    /// Where the value of a field stands.
    func spot(_ field: Field) -> Spot { Spot(place: place, field: field.name) }

    /// The next field and its value.
    mutating func next(_ reader: inout BodyReader) -> (Field, JSONNode)? {
        while let (key, value) = members?.next() {
            guard let field = match(key, in: reader.document) else {
                let name = reader.document.text(key).clamped(bytesMax: 100)
                reader.refuse(place.path(name), "is not a known field; leave it out")
                continue
            }
            let bit: UInt64 = 1 << UInt64(field.rawValue)
            guard seen & bit == 0 else {
                reader.refuse(place.path(field.name.description), "is there twice; give it once")
                continue
            }
            seen |= bit
            return (field, value)
        }
        return nil
    }

    private func match(_ key: JSONNode, in document: JSONDocument) -> Field? {
        var raw = 0
        while let field = Field(rawValue: raw) {
            if document.isText(key, field.name) { return field }
            raw += 1
        }
        return nil
    }
}
