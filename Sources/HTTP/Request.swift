/// A request that was read whole and checked.
package struct Request: Sendable {
    package let method: Method
    /// The path as it was sent, percent-encoding and all, beginning with a slash.
    package let path: String
    /// The parameters after the question mark, decoded, in order.
    package let query: [(name: String, value: String)]
    package let body: [UInt8]
    /// False where the client closes after the answer, or HTTP/1.0 wants it so.
    package let keepAlive: Bool
    private let fields: HeaderFields

    /// A request put together by hand, as tests do.
    package init(
        method: Method, path: String, query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = [], body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        keepAlive = true
        fields = HeaderFields(headers)
    }

    init(head: RequestHead, body: [UInt8]) {
        method = head.method
        path = head.path
        query = head.query
        keepAlive = head.keepAlive
        fields = head.fields
        self.body = body
    }

    /// The value of the first field with this name, in whatever case.
    package func header(_ name: StaticString) -> String? { fields.first(name) }
}

/// The part of a request before its body.
package struct RequestHead: Sendable {
    package let method: Method
    package let path: String
    package let query: [(name: String, value: String)]
    package let keepAlive: Bool
    let fields: HeaderFields
    let framing: BodyFraming
    let expectsContinue: Bool
}

/// How the end of a body is known.
enum BodyFraming: Hashable, Sendable {
    case length(Int)
    case chunked
}

/// Header fields as bytes and places: no text is made of a field that nobody asks for.
struct HeaderFields: Sendable {
    private let bytes: [UInt8]
    private var places: [Place] = []

    private struct Place: Sendable {
        let nameStart: Int32
        let nameEnd: Int32
        let valueStart: Int32
        let valueEnd: Int32
    }

    var count: Int { places.count }

    init(bytes: [UInt8]) {
        self.bytes = bytes
        places.reserveCapacity(8)
    }

    init(_ headers: [(name: String, value: String)]) {
        var bytes: [UInt8] = []
        for (name, value) in headers {
            let nameStart = Int32(bytes.count)
            bytes += Array(name.utf8)
            let valueStart = Int32(bytes.count)
            bytes += Array(value.utf8)
            places.append(
                Place(
                    nameStart: nameStart, nameEnd: valueStart, valueStart: valueStart,
                    valueEnd: Int32(bytes.count)))
        }
        self.bytes = bytes
    }

    mutating func append(name: Range<Int>, value: Range<Int>) {
        places.append(
            Place(
                nameStart: Int32(name.lowerBound), nameEnd: Int32(name.upperBound),
                valueStart: Int32(value.lowerBound), valueEnd: Int32(value.upperBound)))
    }

    func first(_ name: StaticString) -> String? {
        places.first { isNamed($0, name) }.map { text($0) }
    }

    func all(_ name: StaticString) -> [String] {
        places.filter { isNamed($0, name) }.map { text($0) }
    }

    private func text(_ place: Place) -> String {
        String(decoding: bytes[Int(place.valueStart)..<Int(place.valueEnd)], as: UTF8.self)
    }

    private func isNamed(_ place: Place, _ name: StaticString) -> Bool {
        guard Int(place.nameEnd - place.nameStart) == name.utf8CodeUnitCount else { return false }
        return name.withUTF8Buffer { wanted in
            var position = Int(place.nameStart)
            for byte in wanted {
                guard ASCII.lower(bytes[position]) == ASCII.lower(byte) else { return false }
                position += 1
            }
            return true
        }
    }
}
