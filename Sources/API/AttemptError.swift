import Core
import JSON

/// What a failed attempt says: `{"type","message","trace"}`. Each text is cut to what is worth
/// keeping, and the three are written anew, so that no attempt can fill the disk.
package enum AttemptError {
    private enum Field: Int, FieldNames {
        case type, message, trace

        var name: StaticString {
            switch self {
            case .type: "type"
            case .message: "message"
            case .trace: "trace"
            }
        }
    }

    /// The error at `place` as it will be stored.
    static func read(_ node: JSONNode, at place: Place, _ reader: inout BodyReader) -> [UInt8] {
        var type: String?
        var message: String?
        var trace: String?
        var fields = FieldWalk<Field>(node, at: place, &reader)
        while let (field, value) = fields.next(&reader) {
            let text = reader.string(value, fields.spot(field))
            switch field {
            case .type: type = text
            case .message: message = text
            case .trace: trace = text
            }
        }
        return bytes(type: type, message: message, trace: trace)
    }

    /// An error with these texts as it will be stored.
    package static func bytes(type: String?, message: String?, trace: String?) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("type", type?.clamped(bytesMax: Limits.errorTypeBytesMax))
        writer.field("message", message?.clamped(bytesMax: Limits.errorMessageBytesMax))
        writer.field("trace", trace?.clamped(bytesMax: Limits.errorTraceBytesMax))
        writer.endObject()
        return writer.bytes
    }
}
