import Core
import JSON

/// `progress` of a heartbeat, as it is read and as a job shows it.
enum ProgressFields {
    private enum Field: Int, FieldNames {
        case percent, message

        var name: StaticString {
            switch self {
            case .percent: "percent"
            case .message: "message"
            }
        }
    }

    /// The progress at `place`; nil of an object that says nothing.
    static func read(_ node: JSONNode, at place: Place, _ reader: inout BodyReader) -> Progress? {
        var hundredths: Int64?
        var message: String?
        var fields = FieldWalk<Field>(node, at: place, &reader)
        while let (field, value) = fields.next(&reader) {
            let spot = fields.spot(field)
            switch field {
            case .percent: hundredths = reader.hundredths(value, spot)
            case .message: message = reader.string(value, spot)
            }
        }
        guard hundredths != nil || message != nil else { return nil }
        return Progress(hundredths: hundredths, message: message)
    }
}

extension BodyReader {
    /// A number from 0 to 100, in hundredths.
    fileprivate mutating func hundredths(_ node: JSONNode, _ spot: Spot) -> Int64? {
        guard node.kind != .null else { return nil }
        guard let percent = document.number(node), (0...100).contains(percent) else {
            expected("a number from 0 to 100", found: node, at: spot.path)
            return nil
        }
        return Int64((percent * 100).rounded(.down))
    }
}

extension JSONWriter {
    /// What was said of a job's progress, or null.
    mutating func progress(_ progress: Progress?) {
        key("progress")
        guard let progress else { return null() }
        beginObject()
        key("percent")
        switch progress.hundredths {
        case nil: null()
        case .some(let value) where value % 100 == 0: integer(value / 100)
        case .some(let value): number(Double(value) / 100)
        }
        field("message", progress.message)
        endObject()
    }
}
