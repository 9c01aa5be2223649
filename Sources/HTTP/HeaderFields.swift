/// Header fields as bytes and places: no text is made of a field that nobody asks for.
struct HeaderFields: Sendable {
    private let bytes: [UInt8]
    private let places: [Place]

    /// Where a field stands in the bytes.
    struct Place: Sendable {
        let name: Range<Int32>
        let value: Range<Int32>

        init(name: Range<Int>, value: Range<Int>) {
            self.name = Int32(name.lowerBound)..<Int32(name.upperBound)
            self.value = Int32(value.lowerBound)..<Int32(value.upperBound)
        }
    }

    init(bytes: [UInt8], places: [Place]) {
        self.bytes = bytes
        self.places = places
    }

    /// Fields put together by hand.
    init(_ headers: [(name: String, value: String)]) {
        var bytes: [UInt8] = []
        var places: [Place] = []
        for (name, value) in headers {
            let start = bytes.count
            bytes.append(contentsOf: name.utf8)
            let middle = bytes.count
            bytes.append(contentsOf: value.utf8)
            places.append(Place(name: start..<middle, value: middle..<bytes.count))
        }
        self.init(bytes: bytes, places: places)
    }

    /// The value of the first field with this name, in whatever case.
    func first(_ name: StaticString) -> String? {
        let span = bytes.span
        for place in places where HeaderFields.isNamed(span, place, name) {
            return span.text(Int(place.value.lowerBound)..<Int(place.value.upperBound))
        }
        return nil
    }

    /// The bytes of that value, which nobody has made a text of.
    func firstBytes(_ name: StaticString) -> ArraySlice<UInt8>? {
        let span = bytes.span
        for place in places where HeaderFields.isNamed(span, place, name) {
            return bytes[Int(place.value.lowerBound)..<Int(place.value.upperBound)]
        }
        return nil
    }

    /// How many fields have this name.
    func count(_ name: StaticString) -> Int {
        let span = bytes.span
        return places.count { HeaderFields.isNamed(span, $0, name) }
    }

    private static func isNamed(
        _ bytes: Span<UInt8>, _ place: Place, _ name: StaticString
    ) -> Bool {
        guard place.name.count == name.utf8CodeUnitCount else { return false }
        let start = Int(place.name.lowerBound)
        return name.withUTF8Buffer { wanted in
            for offset in 0..<wanted.count
            where ASCII.lower(bytes[start + offset]) != ASCII.lower(wanted[offset]) {
                return false
            }
            return true
        }
    }
}
