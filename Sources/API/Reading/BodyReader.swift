import Core
import HTTP
import JSON

/// Reads a request's JSON and collects all that is wrong with it, so that one answer tells all.
struct BodyReader {
    let document: JSONDocument
    private(set) var errors: [FieldError] = []

    /// An answer names no more than these: who has so many has one cause.
    private static let errorsMax = 100

    /// Takes the body of a request that needs one. With `emptyIsObject`, no body reads as `{}`.
    init(_ request: Request, emptyIsObject: Bool = false) throws(Problem) {
        let isEmpty = request.body.isEmpty
        if !isEmpty { try BodyReader.checkMediaType(request) }
        if !isEmpty, let coding = request.header("Content-Encoding"), coding != "identity" {
            throw .contentCoding(coding)
        }
        let bytes = isEmpty && emptyIsObject ? [UInt8]("{}".utf8) : request.body
        guard !bytes.isEmpty else { throw .malformed("it is empty") }
        do throws(JSONError) {
            document = try JSONDocument(validating: bytes)
        } catch {
            throw .malformed(error.description)
        }
    }

    var hasErrors: Bool { !errors.isEmpty }

    /// Ends the reading: 422 if anything was wrong.
    func finish() throws(Problem) {
        if hasErrors { throw .invalid(errors) }
    }

    /// Notes what is wrong at `path`.
    mutating func refuse(_ path: String, _ message: String) {
        guard errors.count < BodyReader.errorsMax else { return }
        errors.append(FieldError(path: path, message: message))
    }

    /// Notes that something else was expected than what was found.
    mutating func expected(_ what: String, found node: JSONNode, at path: String) {
        refuse(path, "expected \(what), found \(description(of: node))")
    }

    /// Notes a field that this version does not know what to do with, unless it is null.
    mutating func unsupported(_ node: JSONNode, _ spot: Spot) {
        guard node.kind != .null else { return }
        refuse(spot.path, "is not supported yet; leave it out")
    }

    private func description(of node: JSONNode) -> String {
        switch node.kind {
        case .object: "an object"
        case .array: "a list"
        case .string: "the text '\(document.text(node).clamped(bytesMax: 60))'"
        case .number:
            String(decoding: document.raw(node), as: UTF8.self).clamped(bytesMax: 40)
        case .true: "true"
        case .false: "false"
        case .null: "null"
        }
    }

    /// `application/json`, with or without parameters; none at all is taken for it.
    private static func checkMediaType(_ request: Request) throws(Problem) {
        guard let field = request.headerBytes("Content-Type") else { return }
        let wanted: StaticString = "application/json"
        let rest = field.dropFirst(wanted.utf8CodeUnitCount)
        guard field.begins(withLowerCase: wanted),
            rest.isEmpty || rest.first == UInt8(ascii: ";") || rest.first == UInt8(ascii: " ")
        else { throw .mediaType(request.header("Content-Type") ?? "") }
    }
}

extension String {
    /// The text, or as much of its beginning as fits, cut between characters' bytes.
    func clamped(bytesMax: Int) -> String {
        guard utf8.count > bytesMax else { return self }
        // Slicing rounds down to a whole character's bytes.
        return String(self[..<utf8.index(startIndex, offsetBy: bytesMax)])
    }
}
