/// Fields one after the other as bytes. The same calls write and read them, so that what is written
/// is what is read.
///
/// An integer is its digits and `;`, a text its length, `:` and its bytes, and nil only the sign.
struct FieldTape {
    private(set) var bytes: [UInt8]
    private var position = 0
    let isReading: Bool
    /// True if what was read is not what was written.
    private(set) var isBroken = false

    /// A tape to write on, with room for so many bytes.
    init(capacity: Int) {
        bytes = []
        bytes.reserveCapacity(capacity)
        isReading = false
    }

    /// A tape to read from.
    init(reading bytes: [UInt8]) {
        self.bytes = bytes
        isReading = true
    }

    /// True if all was read, and all of it was understood.
    var isReadWhole: Bool { isReading && !isBroken && position == bytes.count }

    mutating func spoil() { isBroken = true }

    // MARK: Fields

    mutating func field(_ value: inout Int64?) {
        guard isReading else {
            if let value { writeDigits(of: value) }
            bytes.append(UInt8(ascii: ";"))
            return
        }
        value = readInteger(until: UInt8(ascii: ";"))
    }

    mutating func field(_ value: inout Int64) {
        var optional: Int64? = value
        field(&optional)
        guard let read = optional else { return spoil() }
        value = read
    }

    mutating func field(_ value: inout String?) {
        guard isReading else {
            if let value { writeDigits(of: Int64(value.utf8.count)) }
            bytes.append(UInt8(ascii: ":"))
            if let value { bytes.append(contentsOf: value.utf8) }
            return
        }
        guard let count = readInteger(until: UInt8(ascii: ":")) else {
            value = nil
            return
        }
        guard count >= 0, count <= bytes.count - position else { return spoil() }
        value = String(decoding: bytes[position..<position + Int(count)], as: UTF8.self)
        position += Int(count)
    }

    mutating func field(_ value: inout String) {
        var optional: String? = value
        field(&optional)
        guard let read = optional else { return spoil() }
        value = read
    }

    mutating func field(_ value: inout Bool?) {
        var number: Int64? = value.map { $0 ? 1 : 0 }
        field(&number)
        value = number.map { $0 != 0 }
    }

    mutating func field(_ value: inout Bool) {
        var optional: Bool? = value
        field(&optional)
        guard let read = optional else { return spoil() }
        value = read
    }

    mutating func field(_ value: inout Timestamp?) {
        var number = value?.milliseconds
        field(&number)
        value = number.map { Timestamp(milliseconds: $0) }
    }

    mutating func field(_ value: inout Timestamp) {
        var number = value.milliseconds
        field(&number)
        value = Timestamp(milliseconds: number)
    }

    mutating func field<Value: RawRepresentable<Int64>>(_ value: inout Value?) {
        var number = value?.rawValue
        field(&number)
        value = number.flatMap { Value(rawValue: $0) }
        if number != nil, value == nil { spoil() }
    }

    mutating func field<Value: RawRepresentable<Int64>>(_ value: inout Value) {
        var optional: Value? = value
        field(&optional)
        guard let read = optional else { return spoil() }
        value = read
    }

    /// A list of at most `countMax`, whose elements begin as `blank` before they are read.
    mutating func list<Element>(
        _ values: inout [Element], countMax: Int, blank: Element,
        _ element: (inout FieldTape, inout Element) -> Void
    ) {
        var count = Int64(values.count)
        field(&count)
        guard !isReading else {
            values = []
            guard (0...Int64(countMax)).contains(count) else { return spoil() }
            for _ in 0..<count where !isBroken {
                var value = blank
                element(&self, &value)
                values.append(value)
            }
            return
        }
        for index in values.indices { element(&self, &values[index]) }
    }

    // MARK: Private

    private mutating func writeDigits(of value: Int64) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var first = digits.count
        var rest = value.magnitude
        repeat {
            first -= 1
            digits[first] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        } while rest > 0
        for index in first..<digits.count { bytes.append(digits[index]) }
    }

    /// The integer before `end`; nil if there are no digits.
    private mutating func readInteger(until end: UInt8) -> Int64? {
        let start = position
        var value: Int64 = 0
        var isNegative = false
        while position < bytes.count, !isBroken {
            let byte = bytes[position]
            position += 1
            switch byte {
            case end: return position == start + 1 ? nil : value
            case UInt8(ascii: "-") where position == start + 1: isNegative = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let digit = Int64(byte - UInt8(ascii: "0"))
                let (tens, isLong) = value.multipliedReportingOverflow(by: 10)
                let (sum, isTooLong) = tens.addingReportingOverflow(isNegative ? -digit : digit)
                if isLong || isTooLong { spoil() }
                value = sum
            default: spoil()
            }
        }
        spoil()
        return nil
    }
}
